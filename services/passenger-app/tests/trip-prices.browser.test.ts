import type { RiderTrip, Settlement } from '@vedong/contracts/rider-trip';
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { dong } from './money-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
const { signIn } = passenger;
let issuer: StandIn;
let page: Page;
beforeEach(() => ({ issuer, page } = passenger.opened()));

const fitsTheScreen = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);

const at = '2026-11-23T01:14:00Z';
const lang = { gateId: '2A-04-in', nameVi: 'Láng', nameEn: 'Lang', at };
const catLinh = { gateId: '2A-01-out', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at };

function addTrip(change: Partial<RiderTrip> & { tripId: string }): void {
  issuer.trips.push({
    mode: 'metro',
    lineName: '2A',
    state: 'complete',
    entry: lang,
    exit: catLinh,
    fare: dong(9_000),
    settled: { applied: 'fare', fullFare: dong(9_000), caps: [], passId: null },
    ...change,
  });
}
const tripId = '0193a000-0000-7000-8000-000000000001';

test('each trip says its price and why in words', async () => {
  const pass = {
    passId: tripId,
    productNo: 12,
    nameVi: 'Vé tháng',
    nameEn: 'Monthly pass',
    lineId: null,
    isGivenBack: false,
  };
  issuer.money.passes.push({ ...pass, price: dong(280_000), boughtAt: at, startsAt: at, endsAt: null });
  const full = dong(9_000);
  const settled: Settlement = { applied: 'fare', fullFare: full, caps: [], passId: null };
  const cap = {
    capId: 'day',
    period: 'day',
    limit: dong(40_000),
    paidBefore: dong(38_000),
    applied: true,
  } as const;
  const free = dong(0);
  addTrip({ tripId: 'a', fare: free, settled: { ...settled, applied: 'pass', passId: tripId } });
  addTrip({ tripId: 'b', fare: free, settled: { ...settled, applied: 'free_category' } });
  addTrip({ tripId: 'c', fare: dong(2_000), settled: { ...settled, applied: 'cap', caps: [cap] } });
  addTrip({
    tripId: 'd',
    state: 'missing_exit',
    exit: null,
    settled: { ...settled, applied: 'incomplete' },
  });
  addTrip({ tripId: 'e', fare: free, settled: { ...settled, applied: 'free_day' } });
  addTrip({ tripId: 'f' });
  addTrip({ tripId: 'g', fare: null, settled: null });
  await signIn();
  await page.getByRole('link', { name: 'Chuyến đi' }).click();
  await page.getByTestId('trip').first().waitFor();
  expect(await page.getByTestId('trip-fare').allInnerTexts()).toEqual([
    '0\u00a0đ',
    '0\u00a0đ',
    '2.000\u00a0đ',
    '9.000\u00a0đ',
    '0\u00a0đ',
    '9.000\u00a0đ',
    'chưa tính giá',
  ]);
  expect(await page.getByTestId('trip-reason').allInnerTexts()).toEqual([
    'Vé tháng',
    'Miễn phí',
    'Giá trần ngày',
    'Giá tối đa: quên quẹt ra',
    'Ngày đi miễn phí',
    'Giá một lượt',
  ]);
});

test('a trip opened tells its story: rule and price, what reduced it, the money moved', async () => {
  const cap = {
    capId: 'day',
    period: 'day',
    limit: dong(40_000),
    paidBefore: dong(38_000),
    applied: true,
  } as const;
  addTrip({
    tripId,
    fare: dong(2_000),
    settled: { applied: 'cap', fullFare: dong(9_000), caps: [cap], passId: null },
  });
  issuer.money.move({ kind: 'top_up', subject: '', amount: 50_000 });
  issuer.money.move({ kind: 'trip', subject: '2A', amount: -9_000, tripId });
  issuer.money.move({ kind: 'trip_adjustment', subject: '2A', amount: 7_000, tripId });
  const step = {
    kind: 'leg',
    legs: [0],
    rule: { file: 'fare_leg_rules.txt', line: 12 },
    productRow: { file: 'fare_products.txt', line: 4 },
    fareProductId: '2A-9000',
    paidBy: 'own_product',
    amount: 9_000,
  };
  issuer.money.stories.set(tripId, {
    pricing: {
      tariffId: 'hanoi-2026',
      basis: 'tariff',
      faceValue: dong(9_000),
      steps: [step, { kind: 'new' }],
    },
    entries: issuer.money.entries.filter((entry) => entry.tripId === tripId),
    corrections: [],
  });
  await signIn();
  await page.getByRole('link', { name: 'Chuyến đi' }).click();
  await page.getByTestId('trip').click();
  await page.getByTestId('tariff-price').waitFor();
  expect(await page.getByTestId('fare-step').allInnerTexts()).toEqual([
    expect.stringMatching(
      /loại vé 2A-9000\s+9\.000\sđ\s+fare_leg_rules\.txt, dòng 12 · fare_products\.txt, dòng 4/,
    ),
  ]);
  expect(await page.getByTestId('settlement').innerText()).toMatch(
    /Giá trần ngày\s+9\.000\sđ[\s\S]*đã trả 38\.000\sđ trên 40\.000\sđ[\s\S]*áp dụng[\s\S]*Bạn trả\s+2\.000\sđ/,
  );
  expect(await page.getByTestId('wallet-entry').allInnerTexts()).toEqual([
    expect.stringMatching(/Điều chỉnh chuyến đi · 2A\s+\+7\.000\sđ/),
    expect.stringMatching(/Chuyến đi · 2A\s+-9\.000\sđ/),
  ]);
  await fitsTheScreen();

  await page.goto(`${issuer.url}/#trip/0193a000-0000-7000-8000-00000000ffff`);
  await page.getByRole('alert').getByText('Không tìm thấy chuyến này').waitFor();
});
