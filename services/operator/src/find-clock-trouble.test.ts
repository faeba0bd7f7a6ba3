import { expect, it } from 'vitest';
import { findClockTrouble } from './find-clock-trouble.ts';
import { defaultLimits } from './find-conflicts.ts';
import type { StorableRecord } from './judge-record.ts';

const now = Date.parse('2026-11-23T08:00:00+07:00');

function record(
  tapId: string,
  secondsFromNow: number,
  change: { slotsOff?: number; refused?: boolean } = {},
) {
  const atMilliseconds = now + secondsFromNow * 1000;
  const tap = {
    tapId,
    atMilliseconds,
    serviceDay: '2026-11-23',
    outcome: change.refused ? 'rejected' : 'accepted',
    ticket: { slot: Math.floor(atMilliseconds / 15_000) + (change.slotsOff ?? 0) },
  };
  return { tap } as StorableRecord;
}
const found = (...records: StorableRecord[]) =>
  findClockTrouble(records, now, defaultLimits).flatMap(({ findings }) =>
    findings.map(({ rule, tapIds, seconds }) => [rule, ...tapIds, seconds]),
  );

it('finds taps from the future, refused ones too, beyond the tolerance', () => {
  expect(found(record('a', 60), record('b', 61), record('c', 3600, { refused: true }))).toEqual([
    ['from_future', 'b', 61],
    ['from_future', 'c', 3600],
  ]);
});

it('finds accepted taps whose slot is far from their moment; a refused code may be any', () => {
  expect(
    found(
      record('a', -600, { slotsOff: 20 }),
      record('b', -600, { slotsOff: -2 }),
      record('c', -600, { slotsOff: 20, refused: true }),
    ),
  ).toEqual([['slot_disagrees', 'a', -300]]);
});
