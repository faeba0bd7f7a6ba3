/** An operator and an issuer for the validator's tests: real keys, the contract's answers, and faults on request. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  tap as tapSchema,
  tapBatch,
  validatorReport,
  type ValidatorConfiguration,
  type ValidatorReport,
} from '@vedong/contracts';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import {
  buildStatusList,
  compressDeviceKey,
  signCertificate,
  signDeviceTicket,
  signSingleTicket,
  signStatusDelta,
  signStatusList,
  signTrustBundle,
  slotAt,
  statuses,
  type KeyStatus,
  type TrustBundle,
  type TrustKey,
} from '@vedong/ticket';
import { ed25519Signer, es256Signer } from '@vedong/ticket/node';
import { hanoiCalendar, serviceDayAt, type Gate, type Tap } from '@vedong/travel';
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { createChanges, type CityEvent } from './city-changes.ts';

const place = { placeId: 'lang', nameVi: 'Ga Láng', nameEn: 'Láng', latitude: 21.02, longitude: 105.8 };
const metroGate = (gateId: string): Gate => ({
  gateId,
  kind: 'entry',
  mode: 'metro',
  lineId: '2A',
  lineScope: 1,
  lineName: '2A Cát Linh - Yên Nghĩa',
  place,
});

export const gates: Gate[] = [metroGate('2A-01-in'), metroGate('2A-02-in')];
export const enrolmentCode = '4ZK8N-TEST';

interface Answer {
  status: number;
  body: string;
  etag?: string;
}

const problem = (status: number, code: string): Answer => ({
  status,
  body: JSON.stringify({ type: 'about:blank', title: code, status, code }),
});
const json = (status: number, content: unknown): Answer => ({ status, body: JSON.stringify(content) });

export type TestCity = Awaited<ReturnType<typeof startTestCity>>;

export type CityKeys = ReturnType<typeof newCityKeys>;

const newCityKeys = () => ({
  rootKeys: generateKeyPairSync('ed25519'),
  issuerKeys: generateKeyPairSync('ed25519'),
  phoneKeys: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});

/**
 * One validator, `v-1`, belongs to it. For a second one start another city with the keys of the first.
 * @param now unix seconds, for what is signed
 */
export async function startTestCity(
  now: () => number = () => Math.floor(Date.now() / 1000),
  keys: CityKeys = newCityKeys(),
) {
  const { rootKeys, issuerKeys, phoneKeys } = keys;
  const { x: issuerX } = issuerKeys.publicKey.export({ format: 'jwk' });
  const phoneJwk = phoneKeys.publicKey.export({ format: 'jwk' });
  const signAsIssuer = ed25519Signer(issuerKeys.privateKey);

  /** What tests change and look at. */
  const state = {
    isUp: true,
    /** Kept by the operator, in order. */
    taps: [] as Tap[],
    records: [] as string[],
    lastHash: chainStart,
    batches: 0,
    /** Ids of taps that the operator is to put aside. */
    poison: new Set<string>(),
    /** What the validator said of itself, oldest first. */
    reports: [] as ValidatorReport[],
    /** How wrong the city tells the time. */
    clockAheadSeconds: 0,
    keyStatus: 'active' as KeyStatus,
    /** Further keys of the bundle, beside 1.1. */
    moreKeys: [] as TrustKey[],
    /** Given in place of the bundle. */
    bundleText: null as string | null,
    bundlesGiven: 0,
    bundleVersion: 1,
    bundleLifetimeSeconds: 86_400,
    listVersion: 1,
    hasLists: true,
    cardStatus: new Map<number, number>(),
    /** Whether changes are pushed and given as deltas. */
    hasStream: false,
    /** Requests for whole lists, and for deltas. */
    fullListsGiven: 0,
    deltasGiven: 0,
    isValidatorRevoked: false,
    validatorKey: undefined as JWK | undefined,
    configuration: {
      validatorId: 'v-1',
      version: 1,
      calendar: hanoiCalendar,
      gates,
      products: [{ productNo: 11, modes: ['bus'] }],
    } as ValidatorConfiguration,
  };

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const changes = createChanges();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!state.isUp) {
      request.socket.destroy();
      return;
    }
    if (request.url === '/v1/changes' && state.hasStream) {
      changes.open(response);
      changes.push([versionsEvent()]);
      return;
    }
    const { status, body, etag } = await answer(request);
    const isSame = etag !== undefined && request.headers['if-none-match'] === etag;
    response.writeHead(isSame ? 304 : status, {
      'content-type': body.startsWith('{') ? 'application/json' : 'application/jose',
      date: new Date((now() + state.clockAheadSeconds) * 1000).toUTCString(),
      ...(etag === undefined ? {} : { etag }),
    });
    response.end(isSame ? undefined : body);
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const path = request.url ?? '';
    if (path === '/v1/trust-bundle') return answerBundle();
    const [, list, from] = /^(\/v1\/status-lists\/[^/]+)\/changes\?from=(\d+)$/.exec(path) ?? [];
    if (list) return answerDelta(list, Number(from));
    if (path.startsWith('/v1/status-lists/')) return answerList(path);
    if (path === '/v1/validators/enrol') return enrol((JSON.parse(body) as { request: string }).request);
    if (path === '/v1/tap-batches') return takeBatch((JSON.parse(body) as { batch: string }).batch);
    if (path === '/v1/time') return json(200, { nowMilliseconds: now() * 1000 });
    if (path === '/v1/validators/v-1/reports') {
      state.reports.push(validatorReport.parse(JSON.parse(body)));
      const journal = { lastSeq: state.records.length, lastHash: state.lastHash };
      return json(200, { now: new Date(now() * 1000).toISOString(), journal });
    }
    if (path.startsWith('/v1/validators/v-1/configuration?held=')) {
      const [, token = ''] = (request.headers.authorization ?? '').split(' ');
      await verify(token, 'vd1-validator');
      if (state.isValidatorRevoked) return problem(403, 'validator_revoked');
      return json(200, state.configuration);
    }
    return problem(404, 'not_found');
  }

  async function verify(jws: string, typ: string): Promise<unknown> {
    const header = decodeProtectedHeader(jws);
    if (header.typ !== typ || header.kid !== 'v-1' || !state.validatorKey) throw new Error('wrong header');
    const { payload } = await compactVerify(jws, await importJWK(state.validatorKey, 'Ed25519'));
    return JSON.parse(Buffer.from(payload).toString());
  }

  async function enrol(request: string): Promise<Answer> {
    const { jwk } = decodeProtectedHeader(request);
    const { payload } = await compactVerify(request, await importJWK(jwk!, 'Ed25519'));
    const { code } = JSON.parse(Buffer.from(payload).toString()) as { code: string };
    if (code !== enrolmentCode) return problem(403, 'wrong_enrolment_code');
    state.validatorKey = jwk!;
    return json(201, {
      configuration: state.configuration,
      rootKey: rootKeys.publicKey.export({ format: 'jwk' }),
    });
  }

  /** Strict: a batch must continue what is kept, or be known already, and every hash must fit. */
  async function takeBatch(jws: string): Promise<Answer> {
    const batch = tapBatch.parse(await verify(jws, 'vd1-taps'));
    state.batches += 1;
    const lastSeq = state.records.length;
    if (batch.firstSeq > lastSeq + 1) return problem(409, 'sequence_gap');
    const known = state.records.slice(batch.firstSeq - 1, batch.firstSeq - 1 + batch.records.length);
    if (known.some((record, index) => record !== batch.records[index])) return problem(409, 'broken_chain');
    const fresh = batch.records.slice(known.length);
    if (known.length === 0 && batch.previousHash !== state.lastHash) return problem(409, 'broken_chain');
    for (const record of fresh) {
      const content = JSON.parse(record) as Tap | { note: string };
      if (!('note' in content) && !state.poison.has(content.tapId))
        state.taps.push(tapSchema.parse(content) as Tap);
      state.records.push(record);
      state.lastHash = nextChainHash(state.lastHash, record);
    }
    const verdicts = batch.records.map((record, index) => {
      if (index < known.length) return { verdict: 'duplicate' };
      if (state.poison.has((JSON.parse(record) as Partial<Tap>).tapId ?? ''))
        return { verdict: 'quarantined', code: 'not_a_tap' };
      if (record.includes('"note"')) return { verdict: 'quarantined', code: 'journal_cut' };
      return { verdict: 'stored' };
    });
    return json(200, { acknowledgedSeq: state.records.length, verdicts });
  }

  async function answerBundle(): Promise<Answer> {
    state.bundlesGiven += 1;
    if (state.bundleText !== null) return { status: 200, body: state.bundleText };
    const version = state.bundleVersion;
    return { status: 200, body: await signBundle(), etag: `"${version}-${state.keyStatus}"` };
  }

  async function signBundle(change: Partial<TrustBundle> = {}): Promise<string> {
    const key = { kty: 'OKP', crv: 'Ed25519', x: issuerX!, kid: '1.1', alg: 'Ed25519', use: 'sig' } as const;
    const from = now() - 86_400 * 10;
    const bundle = {
      iss: url,
      iat: now(),
      exp: now() + state.bundleLifetimeSeconds,
      version: state.bundleVersion,
      issuers: [
        {
          issuer: 1,
          name: 'Hà Nội',
          keys: [{ ...key, nbf: from, exp: from + 86_400 * 30, status: state.keyStatus }, ...state.moreKeys],
          statusListUri: `${url}/v1/status-lists/{serviceDay}`,
        },
      ],
      ...change,
    };
    return signTrustBundle(bundle, ed25519Signer(rootKeys.privateKey));
  }

  async function answerList(path: string): Promise<Answer> {
    if (!state.hasLists) return problem(404, 'status_list_not_found');
    state.fullListsGiven += 1;
    const body = await signStatusList(publishedList(path), signer);
    // Signed anew every hour, as the issuer does it: what says the same for longer would end at the gate.
    return { status: 200, body, etag: `W/"${state.listVersion}-${Math.floor(now() / 3600)}"` };
  }

  const signer = { kid: '1.1', sign: signAsIssuer };
  const publishedList = (path: string) => ({
    sub: `${url}${path}`,
    version: state.listVersion,
    iat: now(),
    exp: now() + 86_400,
    ttl: 15,
    list: buildStatusList(1000, state.cardStatus),
  });

  async function answerDelta(path: string, from: number): Promise<Answer> {
    if (!state.hasStream) return problem(404, 'not_found');
    if (from >= state.listVersion) return problem(404, 'no_newer_version');
    const before = changes.statusAt(from);
    if (!before) return problem(410, 'changes_gone');
    state.deltasGiven += 1;
    return { status: 200, body: await signDelta(path, from, before) };
  }

  const signDelta = (path: string, from: number, before: ReadonlyMap<number, number>): Promise<string> => {
    const to = publishedList(path);
    const earlier = { ...to, version: from, list: buildStatusList(1000, before) };
    return signStatusDelta(earlier, to, signer);
  };

  const today = () => serviceDayAt(now(), hanoiCalendar);
  const versionsEvent = (): CityEvent => [
    'versions',
    JSON.stringify({ trustBundle: state.bundleVersion, statusLists: state.listVersion }),
  ];

  /** What the issuer pushes after a change: today's delta, where it is to be had. */
  async function pushLists(from = state.listVersion - 1): Promise<void> {
    const before = changes.statusAt(from);
    const path = `/v1/status-lists/${today()}`;
    changes.push([
      ...(before ? [['status-delta', await signDelta(path, from, before)] as const] : []),
      versionsEvent(),
    ]);
  }

  const claims = (change: TicketChange) => ({
    issuer: 1,
    keyNo: 1,
    cardRef: change.cardRef ?? randomBytes(8).toString('hex'),
    statusIdx: 5,
    concession: 0,
    product: 0,
    scope: 0,
    ...change,
  });

  return {
    url,
    keys,
    state,
    signBundle,
    /** Profile S, for the present slot and a card of its own unless said. */
    ticket: (change: TicketChange & { slot?: number } = {}) =>
      signSingleTicket({ slot: slotAt(now()), ...claims(change) }, signAsIssuer),
    /** Profile D, with a certificate of an hour from the slot before. */
    async deviceTicket(
      change: TicketChange & { slot?: number; notBefore?: number; challenge?: string } = {},
    ): Promise<string> {
      const slot = change.slot ?? slotAt(now());
      const { notBefore = slot - 1 } = change;
      const deviceKey = compressDeviceKey(phoneJwk);
      const certificate = await signCertificate(
        { ...claims(change), notBefore, validMinutes: 60, deviceKey },
        signAsIssuer,
      );
      return signDeviceTicket(
        { certificate: new Uint8Array(certificate), slot, clockAge: 1, challenge: change.challenge ?? null },
        es256Signer(phoneKeys.privateKey),
      );
    },
    revoke: (statusIdx: number, status: number = statuses.invalid) => {
      changes.remember(state.listVersion, state.cardStatus);
      state.cardStatus.set(statusIdx, status);
      state.listVersion += 1;
    },
    pushLists,
    pushBundle: async () => changes.push([['trust-bundle', await signBundle()], versionsEvent()]),
    push: (events: readonly CityEvent[]) => changes.push(events),
    /** As when the issuer or the network goes away. */
    cutStreams: () => changes.cut(),
    forgetChanges: () => changes.forget(),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface TicketChange {
  issuer?: number;
  keyNo?: number;
  cardRef?: string;
  statusIdx?: number;
  concession?: number;
  product?: number;
  scope?: number;
}
