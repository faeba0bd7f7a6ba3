/** What the status of ten million cards costs a gate: memory, a look-up, a delta (S8). */
import { generateKeyPairSync, randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  applyStatusDelta,
  buildStatusList,
  createKeySet,
  signStatusChanges,
  signStatusList,
  statuses,
  verifyStatusDelta,
  verifyStatusList,
  type PublishedStatusList,
  type StatusList,
} from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { median } from './measure.ts';
import { nowSeconds } from './tickets.ts';

const cards = 10_000_000;
const blockedCards = 10_000;
const changedCards = 1000;
const lookUps = 1_000_000;
const rounds = 21;

export interface StatusListCosts {
  /** What a gate holds for one list, taken whole; and after a hundred deltas. */
  residentBytes: number;
  residentBytesAfterDeltas: number;
  fullListCharacters: number;
  deltaCharacters: number;
  nanosecondsPerLookUp: number;
  /** An empty loop over the same indexes. */
  nanosecondsPerNothing: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Once nothing more falls away. */
async function memoryInUse(): Promise<number> {
  let last = Number.POSITIVE_INFINITY;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const now = heapUsed + arrayBuffers;
    if (last - now < 10_000) return now;
    last = now;
  }
}

const randomCards = (count: number): number[] =>
  [...new Set(Array.from({ length: count }, () => randomInt(cards)))].sort((one, other) => one - other);

export async function measureStatusLists(): Promise<StatusListCosts> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = { kid: '1.7', sign: ed25519Signer(privateKey) };
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = { kty: 'OKP', crv: 'Ed25519', x, kid: '1.7', alg: 'Ed25519', use: 'sig' } as const;
  const life = { nbf: nowSeconds - 60, exp: nowSeconds + 86_400, status: 'active' } as const;
  const keys = createKeySet({ issuers: [{ issuer: 1, keys: [{ ...key, ...life }] }] });
  const sub = 'https://issuer.example/v1/status-lists/2026-11-23';
  const facts = { sub, iat: nowSeconds, exp: nowSeconds + 86_400, ttl: 15 };
  const reader = { keys, issuer: 1, sub, nowSeconds };

  const blocked = randomCards(blockedCards).map((index) => [index, statuses.suspended] as const);
  const full = await signStatusList({ ...facts, version: 1, list: buildStatusList(cards, blocked) }, signer);
  const signDelta = (fromVersion: number) => {
    const changes = randomCards(changedCards).map((index) => [index, statuses.suspended] as const);
    return signStatusChanges(
      { ...facts, fromVersion, version: fromVersion + 1, size: cards, changes },
      signer,
    );
  };
  const deltas: string[] = [];
  for (let version = 1; version <= 100; version += 1) deltas.push(await signDelta(version));

  const before = await memoryInUse();
  let held: PublishedStatusList = await verifyStatusList(full, { ...reader, minimumVersion: 1 });
  const residentBytes = (await memoryInUse()) - before;
  for (const delta of deltas) held = applyStatusDelta(held, await verifyStatusDelta(delta, reader));
  const residentBytesAfterDeltas = (await memoryInUse()) - before;
  return {
    residentBytes,
    residentBytesAfterDeltas,
    fullListCharacters: full.length,
    deltaCharacters: Math.max(...deltas.map(({ length }) => length)),
    ...timeLookUps(held),
  };
}

/** Random cards, so that the list does not come from the nearest cache; the median of the rounds. */
function timeLookUps({ list }: PublishedStatusList) {
  const indexes = Uint32Array.from({ length: lookUps }, () => randomInt(cards));
  const found: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    found.push(time(() => sumOfStatuses(list, indexes)));
    nothing.push(time(() => sumOfBits(indexes)));
  }
  return { nanosecondsPerLookUp: median(found), nanosecondsPerNothing: median(nothing) };
}

function time(work: () => number): number {
  const begin = process.hrtime.bigint();
  const sum = work();
  const nanoseconds = Number(process.hrtime.bigint() - begin) / lookUps;
  if (sum < 0) throw new Error('never: but the work must not be left out');
  return nanoseconds;
}

function sumOfStatuses(list: StatusList, indexes: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < indexes.length; at += 1) sum += list.get(indexes[at]!)!;
  return sum;
}

function sumOfBits(indexes: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < indexes.length; at += 1) sum += indexes[at]! & 3;
  return sum;
}
