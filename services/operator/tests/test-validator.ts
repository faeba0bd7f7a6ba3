/** A validator for tests: its key, its journal with the hash chain, and the JWS it sends. */
import { randomUUIDv7 } from 'node:crypto';
import type { TapBatch } from '@vedong/contracts';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import {
  CompactSign,
  exportJWK,
  generateKeyPair,
  type CompactJWSHeaderParameters,
  type CryptoKey,
} from 'jose';
import type { TestOperator } from './test-operator.ts';

export interface TestKey {
  privateKey: CryptoKey;
  jwk: { kty: string; crv: string; x: string };
}

export async function makeKey(): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair('Ed25519', { extractable: true });
  return { privateKey, jwk: (await exportJWK(publicKey)) as TestKey['jwk'] };
}

export function signJws(key: TestKey, header: CompactJWSHeaderParameters, payload: unknown): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader(header)
    .sign(key.privateKey);
}

export function signEnrolment(key: TestKey, payload: { code: string; iat: number }): Promise<string> {
  return signJws(key, { alg: 'Ed25519', typ: 'vd1-enrol', jwk: key.jwk }, payload);
}

export interface TapPlan {
  gateId: string;
  /** RFC 3339. */
  at: string;
  cardRef?: string;
  serviceDay?: string;
  tapId?: string;
  /** That of `at` where it is left out. */
  slot?: number;
  /** Makes it a refusal, of a ticket that was believed unless `unbelieved`. */
  reason?: string;
  unbelieved?: boolean;
  /** The tap that it says it stands for. */
  continues?: string | undefined;
}

/** The journal's text for a tap. */
export function recordOf(plan: TapPlan): string {
  const { tapId, gateId, at, reason, unbelieved, cardRef, serviceDay, slot, continues } = plan;
  return JSON.stringify({
    tapId: tapId ?? randomUUIDv7(),
    gateId,
    at,
    outcome: reason ? 'rejected' : 'accepted',
    ...(reason ? { reason } : {}),
    guard: reason ? 'none' : 'redis',
    marks: continues ? ['after_stop'] : [],
    ...(continues ? { continues } : {}),
    ...(unbelieved
      ? {}
      : {
          ticket: {
            profile: 'D',
            issuer: 1,
            keyNo: 7,
            cardRef: cardRef ?? '00112233aabbccdd',
            serviceDay: serviceDay ?? '2026-11-23',
            slot: slot ?? Math.floor(Date.parse(at) / 15_000),
            concession: 0,
            product: 0,
            scope: 0,
          },
        }),
  });
}

export async function enrolTestValidator(operator: TestOperator, name = 'Test') {
  const { validatorId, enrolmentCode } = await operator.staff('POST /v1/validators', { body: { name } });
  const key = await makeKey();
  const iat = Math.floor(operator.clock.nowMilliseconds() / 1000);
  await operator.anyone('POST /v1/validators/enrol', {
    body: { request: await signEnrolment(key, { code: enrolmentCode, iat }) },
  });
  return { validatorId, key, ...makeJournal(operator, validatorId, key) };
}
export type TestValidator = Awaited<ReturnType<typeof enrolTestValidator>>;

/** `send(from, to)` sends records with these numbers, `to` included; `sendRaw` whatever batch it is given. */
function makeJournal(operator: TestOperator, validatorId: string, key: TestKey) {
  const records: string[] = [];
  const hashes = [chainStart];
  const sign = (batch: unknown, signer = key) =>
    signJws(signer, { alg: 'Ed25519', typ: 'vd1-taps', kid: validatorId }, batch);
  const post = async (batch: string) => operator.anyone('POST /v1/tap-batches', { body: { batch } });
  const batchOf = (from: number, to = records.length): TapBatch => ({
    validatorId,
    firstSeq: from,
    previousHash: hashes[from - 1] as string,
    records: records.slice(from - 1, to),
  });
  return {
    write(...more: string[]): void {
      for (const record of more) {
        records.push(record);
        hashes.push(nextChainHash(hashes.at(-1) as string, record));
      }
    },
    sign,
    post,
    batchOf,
    send: async (from: number, to?: number) => post(await sign(batchOf(from, to))),
    sendRaw: async (batch: unknown) => post(await sign(batch)),
  };
}
