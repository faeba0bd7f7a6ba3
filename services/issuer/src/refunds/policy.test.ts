import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approvalsNeeded, offerForPass, type RefundablePass } from './policy.ts';

const pass: RefundablePass = {
  priceAmount: 200_000,
  durationDays: 30,
  isUsed: false,
  isGivenBack: false,
  endsEarlyOn: null,
  lastDay: '2026-12-22',
};
const used = { ...pass, isUsed: true };

it.each([
  ['not used', pass, '2026-12-01', { amount: 200_000, rule: 'unused_whole' }],
  ['not begun', { ...pass, lastDay: null }, '2027-01-01', { amount: 200_000, rule: 'unused_whole' }],
  ['used, its first day', used, '2026-11-23', { amount: 193_333, rule: 'days_left' }],
  ['used, its last day', used, '2026-12-22', { amount: 0, rule: 'days_left' }],
  ['ended, never used', pass, '2026-12-23', { amount: 0, rule: 'ended' }],
  ['given back whole', { ...pass, isGivenBack: true }, '2026-12-01', { amount: 0, rule: 'given_back' }],
  [
    'given back in part',
    { ...used, endsEarlyOn: '2026-12-01' },
    '2026-12-01',
    { amount: 0, rule: 'given_back' },
  ],
] as const)('a pass that was %s', (_what, held, today, offer) => {
  expect(offerForPass(held, today, 'days_left')).toEqual(offer);
});

it('a used pass is worth nothing under unused_only, an unused one all', () => {
  expect(offerForPass(used, '2026-11-23', 'unused_only')).toEqual({ amount: 0, rule: 'used_none' });
  expect(offerForPass(pass, '2026-11-23', 'unused_only')).toEqual({ amount: 200_000, rule: 'unused_whole' });
});

it('never gives back more than the price, and never less than nothing', () => {
  fc.assert(
    fc.property(
      fc.record({ priceAmount: fc.nat(10_000_000), durationDays: fc.integer({ min: 1, max: 366 }) }),
      fc.boolean(),
      fc.nat(400),
      (sold, isUsed, daysLater) => {
        const first = Temporal.PlainDate.from('2026-11-23');
        const lastDay = first.add({ days: sold.durationDays - 1 }).toString();
        const today = first.add({ days: daysLater }).toString();
        const { amount } = offerForPass({ ...pass, ...sold, isUsed, lastDay }, today, 'days_left');
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(sold.priceAmount);
      },
    ),
  );
});

it('takes more staff for more money', () => {
  const limits = { atOnceUpTo: 200_000, onePersonUpTo: 2_000_000 };
  expect([200_000, 200_001, 2_000_000, 2_000_001].map((amount) => approvalsNeeded(amount, limits))).toEqual([
    0, 1, 1, 2,
  ]);
});
