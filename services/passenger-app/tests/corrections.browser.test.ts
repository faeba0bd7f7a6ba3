/** The rider's side of a correction: asking, waiting, the answer; and how a trip was put together. */
import type { RiderTrip } from '@vedong/contracts/rider-trip';
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

const tripId = '0193a000-0000-7000-8000-000000000001';
const at = '2026-11-23T01:14:00Z';
const catLinh = { gateId: '2A-01-in', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at };
const lang = { gateId: '2A-04-out', nameVi: 'Láng', nameEn: 'Lang', at: '2026-11-23T01:24:00Z' };

function addTrip(change: Partial<RiderTrip> = {}): RiderTrip {
  const trip: RiderTrip = {
    tripId,
    mode: 'metro',
    lineName: '2A',
    state: 'missing_exit',
    entry: catLinh,
    exit: null,
    fare: dong(18_625),
    settled: { applied: 'incomplete', fullFare: dong(18_625), caps: [], passId: null },
    ...change,
  };
  issuer.trips.push(trip);
  return trip;
}

async function openTrip(): Promise<void> {
  await signIn();
  await page.goto(`${issuer.url}/#trip/${tripId}`);
  await page.getByTestId('corrections').waitFor();
}
const fitsTheScreen = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);

test('a rider who forgot to tap off says where, sees that it waits, and then the answer', async () => {
  const trip = addTrip();
  addTrip({ tripId: '0193a000-0000-7000-8000-000000000002', state: 'complete', exit: lang });
  await openTrip();
  expect(await page.getByTestId('pairing').innerText()).toContain('không rõ bạn xuống ở đâu');
  await page.getByTestId('forgot-tap').click();
  // Names of places come from trips that the phone keeps.
  expect(await page.locator('#known-places option').allInnerTexts()).toContain('Láng');
  await page.getByTestId('confirm').click();
  // Without a place nothing is sent.
  expect(await page.getByTestId('correction').count()).toBe(0);
  await page.getByTestId('correction-place').fill('Láng');
  await page.getByTestId('correction-words').fill('Cổng ra mở sẵn');
  await fitsTheScreen();
  await page.getByTestId('confirm').click();
  const correction = page.getByTestId('correction');
  await correction.waitFor();
  expect(await correction.innerText()).toMatch(/quên quẹt\s+Láng[\s\S]*Cổng ra mở sẵn[\s\S]*đang xem/);
  expect(await page.getByTestId('forgot-tap').count()).toBe(0);
  await fitsTheScreen();

  const story = issuer.money.stories.get(tripId)!;
  const request = { ...story.corrections[0]!.request!, state: 'answered' as const };
  const answer = {
    decisionId: tripId,
    requestId: request.requestId,
    kind: 'complete' as const,
    place: { nameVi: 'Láng', nameEn: 'Lang' },
    reason: 'Camera cho thấy bạn xuống ở Láng',
    at,
  };
  issuer.money.stories.set(tripId, { ...story, corrections: [{ request, answer }] });
  const end = { ...lang, gateId: null, at, source: 'correction' as const };
  const settled = { applied: 'fare' as const, fullFare: dong(10_295), caps: [], passId: null };
  Object.assign(trip, { state: 'complete', exit: end, fare: dong(10_295), settled });
  await page.reload();
  await page.getByTestId('answer').waitFor();
  expect(await page.getByTestId('answer').innerText()).toMatch(
    /Chấp nhận: đã điền nơi thiếu \(Láng\)[\s\S]*Camera cho thấy bạn xuống ở Láng/,
  );
  await expect.poll(() => page.getByTestId('trip').innerText()).toContain('Láng (theo đính chính)');
  expect(await page.getByTestId('pairing').innerText()).toContain('nhân viên đã điền');
  await fitsTheScreen();
});

test('a trip that is wrong needs words, and a refusal shows the staff’s', async () => {
  addTrip({ state: 'complete', exit: lang });
  await openTrip();
  expect(await page.getByTestId('forgot-tap').count()).toBe(0);
  await page.getByTestId('trip-wrong').click();
  await page.getByTestId('confirm').click();
  expect(await page.getByTestId('correction').count()).toBe(0);
  await page.getByTestId('correction-words').fill('Tôi không đi chuyến này');
  await page.getByTestId('confirm').click();
  await page.getByTestId('correction').waitFor();
  const story = issuer.money.stories.get(tripId)!;
  const request = { ...story.corrections[0]!.request!, state: 'answered' as const };
  const answer = {
    decisionId: tripId,
    requestId: request.requestId,
    kind: 'refuse' as const,
    place: null,
    reason: 'Hai lượt quẹt đều từ điện thoại của bạn',
    at,
  };
  issuer.money.stories.set(tripId, { ...story, corrections: [{ request, answer }] });
  await page.getByTestId('language-switch').click();
  await page.reload();
  await page.getByTestId('answer').waitFor();
  expect(await page.getByTestId('answer').innerText()).toMatch(/Not accepted[\s\S]*Hai lượt quẹt đều từ/);
  // Whoever does not agree may ask once more.
  await page.getByTestId('trip-wrong').waitFor();
});

test('says in words why a request is not taken', async () => {
  addTrip();
  issuer.money.refuseCorrectionsWith = 'too_many_corrections';
  await openTrip();
  await page.getByTestId('forgot-tap').click();
  await page.getByTestId('correction-place').fill('Láng');
  await page.getByTestId('confirm').click();
  const alert = page.getByRole('alert').filter({ hasText: 'Bạn có nhiều yêu cầu đang chờ' });
  await alert.waitFor();
  // What was typed stays.
  expect(await page.getByTestId('correction-place').inputValue()).toBe('Láng');
});

test.each([
  [
    'an inferred exit',
    { exit: { ...lang, gateId: null, source: 'inferred' } },
    'Lượt quẹt tiếp theo cho biết',
  ],
  ['both taps', { exit: lang }, 'Một lượt quẹt vào và một lượt quẹt ra'],
  ['a boarding', { mode: 'bus' }, 'không cần quẹt khi xuống'],
] as const)('says how a trip with %s was recorded', async (_, change, words) => {
  addTrip({ state: 'complete', ...change });
  await openTrip();
  expect(await page.getByTestId('pairing').innerText()).toContain(words);
});

test('has words for a changed mind, a ride that was too long and a waiver', async () => {
  addTrip();
  issuer.money.stories.set(tripId, {
    pricing: {
      tariffId: 'hanoi-2026',
      basis: 'waived',
      faceValue: dong(9000),
      steps: [
        { kind: 'same_station', withinMinutes: 10, amount: 0 },
        { kind: 'too_long', longestMinutes: 120 },
        { kind: 'waived' },
      ],
    },
    entries: [],
    corrections: [],
  });
  await openTrip();
  const steps = await page.getByTestId('fare-step').allInnerTexts();
  expect(steps.map((text) => text.trim())).toEqual([
    expect.stringContaining('trong vòng 10 phút'),
    expect.stringContaining('120 phút'),
    expect.stringContaining('không thu chuyến này'),
  ]);
});
