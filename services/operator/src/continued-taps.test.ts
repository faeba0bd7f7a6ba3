import { expect, it } from 'vitest';
import { findContinued, type TriedTap } from './continued-taps.ts';

const minute = 60_000;
const tap = (tapId: string, seq: number, change: Partial<TriedTap> = {}): TriedTap => ({
  tapId,
  seq,
  gateId: 'g1',
  issuer: 1,
  slot: 1000 + 4 * seq,
  atMilliseconds: seq * minute,
  validatorId: 'v1',
  continues: null,
  ...change,
});
const first = tap('first', 1);
const again = tap('again', 2, { continues: 'first' });
const outline = (...taps: TriedTap[]) => {
  const { continued, falseMarks } = findContinued(taps);
  return { continued: [...continued], falseMarks: falseMarks.map(({ tapId }) => tapId) };
};

it('finds the tap that a second try stands for, in whatever order they come, and given twice', () => {
  for (const taps of [
    [first, again],
    [again, first, again],
  ]) {
    expect(outline(...taps)).toEqual({ continued: ['first'], falseMarks: [] });
  }
});

it('follows a rider whom two stops left without an answer', () => {
  const third = tap('third', 3, { continues: 'again' });
  expect(outline(first, again, third)).toEqual({ continued: ['first', 'again'], falseMarks: [] });
});

it('says nothing where there is no mark, or the tap it names is not there', () => {
  expect(outline(first, tap('next', 2))).toEqual({ continued: [], falseMarks: [] });
  expect(outline(again)).toEqual({ continued: [], falseMarks: [] });
});

it.each([
  ['of another gate', { gateId: 'g2' }],
  ['of another issuer', { issuer: 2 }],
  ['of another journal', { validatorId: 'v2' }],
  ['written later', { seq: 3 }],
  ['of a later code', { slot: 9999 }],
  ['of the same code', { slot: again.slot }],
  ['longer than five minutes before', { atMilliseconds: 2 * minute - 5 * minute - 1 }],
])('ignores a mark that names a tap %s, and says that it is false', (_what, change) => {
  expect(outline({ ...first, ...change }, again)).toEqual({ continued: [], falseMarks: ['again'] });
});

it('lets one tap be stood for once: two rides are never one fare', () => {
  const friend = tap('friend', 3, { continues: 'first' });
  expect(outline(friend, again, first)).toEqual({ continued: ['first'], falseMarks: ['friend'] });
});
