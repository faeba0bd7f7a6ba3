import { expect, it } from 'vitest';
import { inOrderOfNeed, isSilent, needsLook, type Validator } from './validator-state.ts';

const now = Date.parse('2026-11-26T02:00:00Z');
const well: Validator = {
  validatorId: 'v-1',
  name: 'Ga Láng',
  enrolledAt: '2026-11-01T00:00:00Z',
  seenAt: '2026-11-26T01:59:58Z',
  lastSeq: 7,
  quarantined: 0,
  journal: 'whole',
  lastTapAt: null,
  lastTapReceivedAt: null,
  revocation: null,
  report: {
    clock: { state: 'trusted', offsetMilliseconds: 0, ageSeconds: 1 },
    journal: { state: 'well', lastSeq: 7, unsent: 0, quarantined: 0, cuts: 0 },
    conditions: [],
  },
};
const report = well.report!;

it('does not call for a look at one that is well, revoked or yet to enrol', () => {
  expect(needsLook(well, now)).toBe(false);
  expect(needsLook({ ...well, report: null, quarantined: 3 }, now)).toBe(false);
  const revocation = { at: '2026-11-20T00:00:00Z', by: 'ha@example.vn', reason: 'Mất' };
  expect(needsLook({ ...well, seenAt: '2026-11-20T00:00:00Z', revocation }, now)).toBe(false);
  expect(needsLook({ ...well, enrolledAt: null, seenAt: null }, now)).toBe(false);
});

it.each([
  ['silence of more than a minute', { seenAt: '2026-11-26T01:58:59Z' }],
  ['a condition', { report: { ...report, conditions: ['clock_unsure'] } }],
  ['a failing journal', { report: { ...report, journal: { ...report.journal, state: 'failing' } } }],
  ['missing records', { journal: 'gap' }],
] satisfies [string, Partial<Validator>][])('calls for a look at %s, and puts it first', (_what, change) => {
  const unwell = { ...well, validatorId: 'v-2', ...change };
  expect(needsLook(unwell, now)).toBe(true);
  expect(inOrderOfNeed([well, unwell], now)).toEqual([unwell, well]);
});

it('knows silence from never having been heard', () => {
  expect(isSilent(null, now)).toBe(false);
  expect(isSilent('2026-11-26T01:59:00Z', now)).toBe(false);
  expect(isSilent('2026-11-26T01:58:59Z', now)).toBe(true);
});
