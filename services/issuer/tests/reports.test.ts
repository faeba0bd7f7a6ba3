/** The revenue of a period: by line and day, shares of passes, and the ledger beside it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putTerms } from '../src/db/terms.ts';
import { startIssuer, type IssuerUnderTest } from './issuer-under-test.ts';
import { makeTravellingCard, ride, sendCharges } from './money-under-test.ts';
import { products, terms } from './tariff-terms.ts';

const vnd = (amount: number) => ({ amount, currency: 'VND' });
const apportionment = [
  { mode: 'metro', openingPrice: vnd(8000), perKmPrice: vnd(850) },
  { mode: 'bus', openingPrice: vnd(3000), perKmPrice: vnd(450) },
] as const;

let issuer: IssuerUnderTest;
beforeAll(async () => {
  issuer = await startIssuer({ WELCOME_CREDIT: '1000000' });
  await putTerms(
    issuer.db,
    terms.map((tariff) => ({ ...tariff, terms: { ...tariff.terms, apportionment } })),
  );
});
afterAll(() => issuer.stop());

const reportOf = (from: string, to = from) =>
  issuer.operator('GET /v1/reports/revenue', { query: { from, to } });

it('tells what riders paid by line and day, and why it is less than was asked', async () => {
  const rider = await issuer.signIn('0912345601');
  const { cardRef } = await makeTravellingCard(rider);
  const bus = { mode: 'bus', lineId: '32', lineName: 'Buýt 32', agency: 'Transerco' } as const;
  await sendCharges(
    issuer,
    ride(cardRef, '07:00'),
    ride(cardRef, '08:00'),
    ride(cardRef, '09:00', { ...bus, fare: vnd(7000) }),
    ride(cardRef, '09:30', { ...bus, concession: 2, fare: vnd(7000) }),
    ride(cardRef, '09:40', { ...bus, state: 'withdrawn', fare: null, pricing: null }),
  );
  const { lines, reconciliation } = await reportOf('2026-11-23');
  const none = { coveredByPasses: 0, beyondCaps: 0, freeCategories: 0 };
  const day = { serviceDay: '2026-11-23' };
  expect(lines).toEqual([
    { ...day, ...none, lineId: '2A', agency: 'Hanoi Metro', paid: 18_000 },
    {
      ...day,
      lineId: '32',
      agency: 'Transerco',
      paid: 2000,
      ...none,
      beyondCaps: 5000,
      freeCategories: 7000,
    },
  ]);
  expect(reconciliation[0]).toMatchObject({ what: 'fares', reported: 20_000, ledger: 20_000 });
  expect((await reportOf('2026-11-24')).lines).toEqual([]);
});

it('shares a pass out by what was ridden on it, and shows what nobody has earned', async () => {
  const rider = await issuer.signIn('0912345602');
  const { cardId, cardRef } = await makeTravellingCard(rider);
  const body = { productNo: products.network, lineId: null, purchaseId: randomUUID() };
  await rider.call('POST /v1/cards/{cardId}/passes', { params: { cardId }, body });
  const before = await reportOf('2026-11-23');
  expect(before.passes).toEqual([
    {
      productNo: products.network,
      nameVi: 'Vé tháng',
      nameEn: 'Pass',
      sold: 1,
      revenue: 200_000,
      shares: [],
      unallocated: 200_000,
    },
  ]);
  const bus = { mode: 'bus', lineId: '32', lineName: 'Buýt 32', agency: 'Transerco' } as const;
  await sendCharges(
    issuer,
    ride(cardRef, '11:00', { distanceMetres: 10_000 }),
    ride(cardRef, '12:00', { ...bus, distanceMetres: null }),
  );
  const { passes, reconciliation, lines } = await reportOf('2026-11-23');
  // 8,000 + 10 km at 850 is 16,500, against 3,000.
  expect(passes[0]).toMatchObject({
    shares: [
      { agency: 'Hanoi Metro', amount: 169_231 },
      { agency: 'Transerco', amount: 30_769 },
    ],
    unallocated: 0,
  });
  expect(lines.map(({ coveredByPasses }) => coveredByPasses)).toEqual([9000, 9000]);
  expect(reconciliation.slice(1)).toMatchObject([
    { what: 'passes', reported: 200_000, ledger: 200_000 },
    { what: 'shares', reported: 200_000, ledger: 200_000 },
  ]);
});

it('leaves a pass unallocated where the tariff has no weight for what was ridden', async () => {
  await putTerms(issuer.db, terms);
  const { passes, reconciliation } = await reportOf('2026-11-23');
  expect(passes[0]).toMatchObject({ shares: [], unallocated: 200_000 });
  expect(reconciliation[2]).toMatchObject({ reported: 200_000, ledger: 200_000 });
});

it('is for services, and for 62 days at most', async () => {
  const query = { from: '2026-11-23', to: '2026-11-23' };
  await expect(issuer.anyone('GET /v1/reports/revenue', { query })).rejects.toMatchObject({ status: 401 });
  await expect(reportOf('2026-11-02', '2027-01-03')).rejects.toMatchObject({ code: 'period_too_long' });
  await expect(reportOf('2026-11-02', '2026-11-01')).rejects.toMatchObject({ code: 'period_too_long' });
  expect((await reportOf('2026-11-02', '2027-01-02')).to).toBe('2027-01-02');
});
