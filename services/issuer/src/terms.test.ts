import type { FareExtension } from '@vedong/fares';
import { expect, it } from 'vitest';
import { findTermsOn, settlementTerms, type TariffTerms } from './terms.ts';

const cap = (fromDay: string, toDay: string | null) => ({
  capId: 'day',
  nameVi: '',
  nameEn: '',
  period: 'day' as const,
  concessions: [0],
  fromDay,
  toDay,
  limit: { amount: 20_000, currency: 'VND' },
  modes: ['metro' as const],
});
const tariff = (from: string, to: string | null, more: Partial<FareExtension>): TariffTerms => ({
  tariffId: from,
  from,
  to,
  terms: { caps: [], freeConcessions: [], ...more } as unknown as FareExtension,
});

it('a cap holds on the days that it and its tariff have in common', () => {
  const tariffs = [
    tariff('2026-11-01', null, { caps: [cap('2026-01-01', null), cap('2026-12-01', '2026-12-31')] }),
    tariff('2026-01-01', '2026-10-31', { caps: [cap('2026-02-01', null), cap('2026-11-01', null)] }),
  ];
  const days = settlementTerms(tariffs, '2026-11-23').caps.map(({ fromDay, toDay }) => [fromDay, toDay]);
  expect(days).toEqual([
    ['2026-11-01', null],
    ['2026-12-01', '2026-12-31'],
    ['2026-02-01', '2026-10-31'],
  ]);
});

it('free categories are those of the tariff in force, and none without one', () => {
  const tariffs = [
    tariff('2026-11-01', null, { freeConcessions: [2] }),
    tariff('2026-01-01', '2026-10-31', { freeConcessions: [1, 2] }),
  ];
  expect(settlementTerms(tariffs, '2026-10-31').freeConcessions).toEqual([1, 2]);
  expect(settlementTerms(tariffs, '2026-11-01').freeConcessions).toEqual([2]);
  expect(settlementTerms(tariffs, '2025-12-31').freeConcessions).toEqual([]);
  expect(findTermsOn(tariffs, '2025-12-31')).toBeUndefined();
});
