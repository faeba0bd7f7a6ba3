/** F17 and F18 on the running program: keys that change in mid-flight, and bundles that are not what they should be. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { TapAnswer } from '@vedong/contracts';
import { signSingleTicket, slotAt, type KeyStatus, type TrustKey } from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, newFolder, runProgram, waitForProgram, type Program } from './test-validator.ts';

const patienceSeconds = 60;
let city: TestCity;
beforeEach(async () => {
  city = await startTestCity();
  city.state.hasStream = true;
});
afterEach(() => city.stop());

const env = { REFRESH_SECONDS: '1', LOG_LEVEL: 'info' };

/** A row of the table of faults, for who asked for it. */
function report(row: string): void {
  console.log(row);
  const file = process.env['FAULT_FIGURES'];
  if (file !== undefined) appendFileSync(file, `${row}\n`);
}

/** The city's second key, and tickets signed by it. */
function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const sign = ed25519Signer(privateKey);
  const life = { nbf: Math.floor(Date.now() / 1000) - 60, exp: Math.floor(Date.now() / 1000) + 86_400 };
  return {
    trusted: (status: KeyStatus): TrustKey => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x,
      kid: '1.2',
      alg: 'Ed25519',
      use: 'sig',
      ...life,
      status,
    }),
    ticket: () => {
      const cardRef = randomBytes(8).toString('hex');
      const claims = { issuer: 1, keyNo: 2, cardRef, statusIdx: 9, concession: 0, product: 0, scope: 0 };
      return signSingleTicket({ ...claims, slot: slotAt(Date.now() / 1000) }, sign);
    },
  };
}

interface Given {
  keyNo: 1 | 2;
  askedAt: number;
  answeredAt: number;
  answer: TapAnswer;
}

/** Riders with tickets of both keys, tapping without pause until `stop`; keeps every answer. */
function startRiders(tap: (ticket: string) => Promise<TapAnswer>, key: ReturnType<typeof makeKey>) {
  const given: Given[] = [];
  const uses = new Set<1 | 2>([1]);
  const stopping = new AbortController();
  const ride = async () => {
    while (!stopping.signal.aborted) {
      for (const keyNo of uses) {
        const ticket = keyNo === 1 ? await city.ticket() : await key.ticket();
        const askedAt = Date.now();
        given.push({ keyNo, askedAt, answer: await tap(ticket), answeredAt: Date.now() });
      }
    }
  };
  const riding = ride();
  return {
    given,
    uses,
    async stop() {
      stopping.abort();
      await riding;
    },
  };
}

const countOf = (given: readonly Given[], reason: string | undefined): number =>
  given.filter(({ answer }) => answer.reason === reason).length;

it(
  'F17: a key rotated in mid-flight refuses nobody, and a condemned key lets nobody in once the gate knows',
  { timeout: 300_000 },
  async () => {
    const key = makeKey();
    const program = runProgram({ city, folder: newFolder(), env });
    const { tap, status } = await waitForProgram(program);
    await eventually(async () => (await status()).changes === 'pushed', patienceSeconds);
    const knowsVersion = (version: number) =>
      eventually(async () => (await status()).trust?.version === version, patienceSeconds);
    const publish = async (keyStatus: KeyStatus, moreKeys: TrustKey[]) => {
      Object.assign(city.state, { keyStatus, moreKeys, bundleVersion: city.state.bundleVersion + 1 });
      await city.pushBundle();
      await knowsVersion(city.state.bundleVersion);
    };
    const riders = startRiders(tap, key);
    const ridesMore = () => {
      const before = riders.given.length;
      return eventually(() => riders.given.length >= before + 20, patienceSeconds);
    };
    await ridesMore();
    await publish('active', [key.trusted('active')]); // published before it signs
    riders.uses.add(2);
    await ridesMore();
    await publish('retired', [key.trusted('active')]); // retired early: tickets it signed still count
    await ridesMore();
    const overlap = riders.given.length;
    const condemnedAt = Date.now();
    await publish('compromised', [key.trusted('active')]);
    const knownAt = Date.now();
    await ridesMore();
    await riders.stop();
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);

    expect(riders.given.slice(0, overlap).filter(({ answer }) => answer.reason !== undefined)).toEqual([]);
    const old = riders.given.filter(({ keyNo }) => keyNo === 1);
    const late = old.filter(({ askedAt }) => askedAt > knownAt);
    expect(late.length).toBeGreaterThan(0);
    expect(countOf(late, 'key_revoked')).toBe(late.length);
    expect(
      countOf(
        riders.given.filter(({ keyNo }) => keyNo === 2),
        undefined,
      ),
    ).toBe(riders.given.filter(({ keyNo }) => keyNo === 2).length);
    const lastAccepted = Math.max(
      ...old.flatMap(({ answer, answeredAt }) => (answer.reason === undefined ? [answeredAt] : [])),
    );
    // Every answer stands in the operator's records as it was given.
    const recorded = new Map(city.state.taps.map((tap) => [tap.tapId, tap.reason]));
    const unlike = riders.given.filter(
      ({ answer }) => recorded.has(answer.tapId) && recorded.get(answer.tapId) !== answer.reason,
    );
    expect(unlike).toEqual([]);
    report(
      `| F17 | key rotated, retired and condemned under ${riders.given.length} taps | ${overlap} in the overlap, none refused; ` +
        `last ticket of the condemned key accepted ${Math.max(0, lastAccepted - condemnedAt)} ms after it was condemned, ${late.length} after the gate knew, none accepted |`,
    );
  },
);

it(
  'F18: no bundle but a later good one replaces the last good one, across restarts',
  { timeout: 300_000 },
  async () => {
    city.state.hasStream = false;
    city.state.bundleVersion = 5;
    const folder = newFolder();
    let program: Program = runProgram({ city, folder, env });
    let calls = await waitForProgram(program);
    const good = await city.signBundle();
    const stranger = await startTestCity();
    await stranger.stop();
    const bad = new Map([
      ['corrupt', `${good.slice(0, 300)}A${good.slice(301)}`],
      ['truncated', good.slice(0, -40)],
      ['unsigned', `${good.slice(0, good.lastIndexOf('.'))}.`],
      ['of another root', await stranger.signBundle({ version: 9 })],
      ['older', await city.signBundle({ version: 4 })],
      ['ended', await city.signBundle({ version: 9, exp: Math.floor(Date.now() / 1000) - 1 })],
      ['from the future', await city.signBundle({ version: 9, iat: Math.floor(Date.now() / 1000) + 3600 })],
      ['no text at all', ''],
    ]);
    let answers = 0;
    const stillOpens = async () => {
      expect((await calls.status()).trust?.version).toBe(5);
      expect(await calls.tap(await city.ticket())).toMatchObject({ outcome: 'accepted' });
      answers += 1;
    };
    for (const text of bad.values()) {
      city.state.bundleText = text;
      // The second request comes once the answer to the first has been judged.
      const before = city.state.bundlesGiven;
      await eventually(() => city.state.bundlesGiven >= before + 2, patienceSeconds);
      await stillOpens();
      program.process.kill('SIGKILL');
      await program.ended;
      program = runProgram({ city, folder, env });
      calls = await waitForProgram(program);
      await stillOpens();
    }
    city.state.bundleText = null;
    city.state.bundleVersion = 6;
    await eventually(async () => (await calls.status()).trust?.version === 6, patienceSeconds);
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    report(
      `| F18 | bundle ${[...bad.keys()].join(', ')} | ${bad.size} bad bundles, each before and after kill -9: version 5 kept, ${answers} of ${answers} taps judged by it |`,
    );
  },
);
