import { expect, it } from 'vitest';
import { lacksEnd, pairingWords } from './correction-words.ts';

const tapped = { gateId: 'g', nameVi: 'Láng', nameEn: 'Lang', at: '2026-11-23T01:00:00Z' };
const inferred = { ...tapped, gateId: null, source: 'inferred' as const };
const corrected = { ...tapped, gateId: null, source: 'correction' as const };

it.each([
  ['open', tapped, null, 'may still come', true],
  ['complete', tapped, tapped, 'the exit after it', false],
  ['complete', tapped, null, 'tap on only', false],
  ['complete', tapped, inferred, 'very next tap', true],
  ['complete', tapped, corrected, 'Staff filled', true],
  ['complete', corrected, tapped, 'Staff filled', true],
  ['missing_exit', tapped, null, 'without an exit', true],
  ['missing_entry', null, tapped, 'without an entry', true],
] as const)('says how a trip that is %s was paired', (state, entry, exit, words, lacks) => {
  expect(pairingWords({ state, entry, exit }).en).toContain(words);
  expect(lacksEnd({ state, entry, exit })).toBe(lacks);
});
