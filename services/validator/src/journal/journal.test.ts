import { rmSync } from 'node:fs';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Tap } from '@vedong/travel';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../store.ts';
import {
  findLastSureTap,
  findUnsent,
  listLastTaps,
  markDelivered,
  pruneDelivered,
  rewindDelivery,
} from './delivery.ts';
import { openJournal } from './journal.ts';
import { verifyTail } from './verify-tail.ts';

const tapAt = (milliseconds: number): Tap => ({
  tapId: `tap-${milliseconds}`,
  gateId: '2A-01-in',
  at: new Date(milliseconds).toISOString(),
  outcome: 'rejected',
  reason: 'malformed',
  guard: 'none',
  marks: [],
});

const rideAt = (milliseconds: number, marks: Tap['marks'] = []): Tap => ({
  tapId: `ride-${milliseconds}`,
  gateId: '2A-01-in',
  at: new Date(milliseconds).toISOString(),
  outcome: 'accepted',
  guard: 'local',
  marks,
});

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function openTestJournal() {
  const commits: number[] = [];
  const failures: unknown[] = [];
  const folder = makeTemporaryFolder();
  folders.push(folder);
  const db = openStore(folder);
  const open = () =>
    openJournal(db, { onCommit: (taps) => commits.push(taps), onFailure: (error) => failures.push(error) });
  return { db, open, journal: open(), commits, failures };
}

it('chains the exact texts that are sent', async () => {
  const { db, journal } = openTestJournal();
  for (const at of [1000, 2000, 3000]) await journal.append(tapAt(at));
  const all = findUnsent(db, 10)!;
  expect(all).toMatchObject({ firstSeq: 1, previousHash: chainStart });
  expect(all.records.map((record) => JSON.parse(record) as Tap)).toEqual([1000, 2000, 3000].map(tapAt));
  markDelivered(db, 2, 0);
  expect(findUnsent(db, 10)).toEqual({
    firstSeq: 3,
    previousHash: all.records.slice(0, 2).reduce(nextChainHash, chainStart),
    records: all.records.slice(2),
  });
  rewindDelivery(db);
  expect(findUnsent(db, 2)?.records).toEqual(all.records.slice(0, 2));
});

it('shares one commit between taps of one moment', async () => {
  const { journal, commits } = openTestJournal();
  await Promise.all(Array.from({ length: 50 }, (_, index) => journal.append(tapAt(index))));
  expect(commits).toEqual([50]);
  expect(journal.lastSeq()).toBe(50);
});

it('tells every tap of a commit that failed, and goes on with the next number', async () => {
  const { db, journal, failures } = openTestJournal();
  await journal.append(tapAt(1));
  db.exec(`create trigger full before insert on taps begin select raise(abort, 'disk full'); end`);
  const outcomes = await Promise.allSettled([journal.append(tapAt(2)), journal.append(tapAt(3))]);
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'journal_unavailable', status: 503 } },
    { status: 'rejected', reason: { code: 'journal_unavailable' } },
  ]);
  expect(failures).toHaveLength(1);
  db.exec('drop trigger full');
  await journal.append(tapAt(4));
  expect(journal.lastSeq()).toBe(2);
  expect(verifyTail(db).seq).toBe(2);
});

it('refuses more taps than a stopped disk should hold up', async () => {
  const { journal } = openTestJournal();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5001 }, (_, index) => journal.append(tapAt(index))),
  );
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

it('goes on after a restart, checking only the end of a long chain', async () => {
  const { db, journal, open } = openTestJournal();
  await Promise.all(Array.from({ length: 30 }, (_, index) => journal.append(tapAt(index))));
  await open().append(tapAt(30));
  db.exec(`update taps set record = '{}' where seq = 5`);
  expect(verifyTail(db, 10).seq).toBe(31);
  expect(() => verifyTail(db, 31)).toThrow('damaged at tap 5');
});

it('prunes from the front what was delivered and is old, and nothing else', async () => {
  const { db, journal } = openTestJournal();
  for (const at of [1000, 2000, 3000, 4000]) await journal.append(tapAt(at));
  const kept = () =>
    db
      .prepare('select seq from taps')
      .all()
      .map(({ seq }) => seq);
  pruneDelivered(db, 10_000, 100);
  expect(kept()).toEqual([1, 2, 3, 4]);
  markDelivered(db, 3, 0);
  pruneDelivered(db, 3000, 1);
  expect(kept()).toEqual([2, 3, 4]);
  pruneDelivered(db, 3000, 100);
  expect(kept()).toEqual([3, 4]);
  pruneDelivered(db, 10_000, 100);
  expect(kept()).toEqual([4]);
  expect(verifyTail(db).seq).toBe(4);
  expect(listLastTaps(db, 4000, 10)).toEqual([tapAt(4000)]);
});

it('lists the taps of the last seconds, oldest first, and no fewer after the clock was set', async () => {
  const { db, journal } = openTestJournal();
  for (const at of [10_000, 20_000, 30_000]) await journal.append(rideAt(at));
  expect(listLastTaps(db, 31_000, 15)).toEqual([rideAt(20_000), rideAt(30_000)]);
  expect(listLastTaps(db, 31_000 + 3_600_000, 15)).toEqual([rideAt(20_000), rideAt(30_000)]);
  expect(listLastTaps(db, 21_000, 15)).toEqual([rideAt(10_000), rideAt(20_000), rideAt(30_000)]);
});

it('forgets no ride because of what an unsure clock far ahead noted after it', async () => {
  const { db, journal } = openTestJournal();
  const ahead = [rideAt(3_600_000, ['clock_unsure']), tapAt(3_600_001)];
  for (const tap of [rideAt(10_000), rideAt(30_000), ...ahead]) await journal.append(tap);
  expect(listLastTaps(db, 3_600_002, 15)).toEqual([rideAt(30_000), ...ahead]);
});

it('takes the time of no start from what an unsure clock refused', async () => {
  const { db, journal } = openTestJournal();
  expect(findLastSureTap(db)).toBeNull();
  const ahead = [rideAt(3_600_000, ['clock_unsure']), tapAt(3_600_001)];
  for (const tap of [rideAt(10_000), rideAt(30_000), ...ahead]) await journal.append(tap);
  expect(findLastSureTap(db)).toBe(30_000);
});
