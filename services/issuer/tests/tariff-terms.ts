/** Terms of an operator, as its answer brings them: passes of every kind, a cap a day, a cap a month. */
import type { FareExtension } from '@vedong/fares';
import type { TariffTerms } from '../src/terms.ts';

const vnd = (amount: number) => ({ amount, currency: 'VND' });
const onSale = { agencies: null, onSaleFrom: '2026-01-01', onSaleTo: null };
const pass = {
  ...onSale,
  nameEn: 'Pass',
  durationDays: 30,
  activation: 'purchase',
  concessions: [0],
} as const;
const cap = { nameVi: 'Trần', nameEn: 'Cap', concessions: [0], fromDay: '2026-01-01', toDay: null } as const;

export const products = { network: 1, line: 2, firstUse: 3, student: 4, ended: 5 };

const extension: FareExtension = {
  version: 1,
  passes: [
    {
      ...pass,
      productNo: 1,
      nameVi: 'Vé tháng',
      price: vnd(200_000),
      modes: ['metro', 'bus'],
      scope: 'network',
    },
    {
      ...pass,
      productNo: 2,
      nameVi: 'Vé tháng một tuyến',
      price: vnd(100_000),
      modes: ['bus'],
      scope: 'line',
    },
    {
      ...pass,
      productNo: 3,
      nameVi: 'Vé ngày',
      price: vnd(24_000),
      modes: ['metro'],
      scope: 'network',
      durationDays: 1,
      activation: 'first_use',
    },
    {
      ...pass,
      productNo: 4,
      nameVi: 'Vé sinh viên',
      price: vnd(50_000),
      modes: ['bus'],
      scope: 'network',
      concessions: [1],
    },
    {
      ...pass,
      productNo: 5,
      nameVi: 'Vé cũ',
      price: vnd(1000),
      modes: ['bus'],
      scope: 'network',
      onSaleTo: '2026-10-31',
    },
  ],
  caps: [
    { ...cap, capId: 'day', period: 'day', limit: vnd(20_000), modes: ['metro', 'bus'] },
    { ...cap, capId: 'month', period: 'month', limit: vnd(250_000), modes: ['metro', 'bus'] },
  ],
  incompleteFares: [],
  freeDays: [],
  riderCategories: [],
  freeConcessions: [2],
  fareDistances: [],
  apportionment: [],
};

export const terms: TariffTerms[] = [
  { tariffId: 'hanoi-2026', from: '2026-01-01', to: null, terms: extension },
];
