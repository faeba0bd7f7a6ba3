import { DatabaseSync } from 'node:sqlite';
import type { Tap } from '@vedong/travel';
import { expect, it } from 'vitest';
import { createTables } from '../store.ts';
import { openJournal } from './journal.ts';
import { findUnanswered, markCleanStop } from './last-stop.ts';

const began = Date.parse('2026-11-26T08:00:00+07:00');
const tap = (tapId: string, seconds: number, change: Partial<Tap> = {}): Tap => ({
  tapId,
  gateId: 'g1',
  at: new Date(began + seconds * 1000).toISOString(),
  outcome: 'accepted',
  guard: 'local',
  marks: [],
  ...change,
});

async function write(taps: readonly Tap[]): Promise<DatabaseSync> {
  const db = new DatabaseSync(':memory:');
  createTables(db);
  await append(db, taps);
  return db;
}
async function append(db: DatabaseSync, taps: readonly Tap[]): Promise<void> {
  const journal = openJournal(db, { onCommit: () => {}, onFailure: () => {} });
  await Promise.all(taps.map((one) => journal.append(one)));
}
const idsOf = (taps: readonly Tap[]) => taps.map(({ tapId }) => tapId);

it('takes the accepted taps of the last seconds for unanswered', async () => {
  const taps = [
    tap('answered', 0),
    tap('refused', 2, { outcome: 'rejected', reason: 'expired' }),
    tap('first', 2),
    tap('last', 7),
  ];
  expect(idsOf(findUnanswered(await write(taps), taps, null))).toEqual(['first', 'last']);
});

it('takes none after a clean stop, until another tap was written', async () => {
  const taps = [tap('a', 0)];
  const db = await write(taps);
  expect(findUnanswered(db, taps, null)).toHaveLength(1);
  markCleanStop(db);
  expect(findUnanswered(db, taps, null)).toEqual([]);
  await append(db, [tap('b', 60)]);
  expect(idsOf(findUnanswered(db, [...taps, tap('b', 60)], null))).toEqual(['b']);
  markCleanStop(db);
  expect(findUnanswered(db, [...taps, tap('b', 60)], null)).toEqual([]);
});

it('takes none of which the validator was alive for long enough to answer', async () => {
  const taps = [tap('a', 0), tap('b', 4)];
  const db = await write(taps);
  expect(idsOf(findUnanswered(db, taps, began + 8000))).toEqual(['b']);
  expect(findUnanswered(db, taps, began + 9001)).toEqual([]);
  // A mark of long ago says nothing.
  expect(findUnanswered(db, taps, began - 60_000)).toHaveLength(2);
});

it('takes the last try for open where a rider was left twice', async () => {
  const taps = [tap('a', 0), tap('b', 3, { continues: 'a', marks: ['after_stop'] })];
  expect(idsOf(findUnanswered(await write(taps), taps, null))).toEqual(['b']);
});

it('finds nothing in an empty journal, which may also be marked', async () => {
  const db = await write([]);
  markCleanStop(db);
  expect(findUnanswered(db, [], null)).toEqual([]);
});
