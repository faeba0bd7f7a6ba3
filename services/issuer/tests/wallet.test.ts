/** Charges into the ledger, and what riders see of it: wallet, passes, prices, the story of a trip. */
import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postTransaction, clearingOf, move, walletOf } from '../src/db/ledger.ts';
import { putTerms } from '../src/db/terms.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { listUnbalancedWallets, sumThreeWays } from './ledger-sums.ts';
import { balanceOf, listFares, makeTravellingCard, ride, sendCharges } from './money-under-test.ts';
import { products, terms } from './tariff-terms.ts';

let issuer: IssuerUnderTest;
beforeAll(async () => {
  issuer = await startIssuer();
  await putTerms(issuer.db, terms);
});
afterAll(() => issuer.stop());

let riders = 0;
async function newRider(amount: number): Promise<Rider> {
  riders += 1;
  const rider = await issuer.signIn(`09120001${String(riders).padStart(2, '0')}`);
  if (amount > 0) {
    await postTransaction(issuer.db, {
      reference: randomUUIDv7(),
      kind: 'top_up',
      at: new Date(issuer.clock.nowMilliseconds()),
      subject: '',
      entries: move(amount, clearingOf('vietqr'), walletOf(rider.riderId)),
    });
  }
  return rider;
}

const buy = (
  rider: Rider,
  cardId: string,
  productNo: number,
  more: { lineId?: string; purchaseId?: string } = {},
) =>
  rider.call('POST /v1/cards/{cardId}/passes', {
    params: { cardId },
    body: { productNo, lineId: null, purchaseId: randomUUIDv7(), ...more },
  });

describe('a trip', () => {
  it('takes its fare from the wallet once, and each change of it is another entry', async () => {
    const rider = await newRider(100_000);
    const { cardId, cardRef } = await makeTravellingCard(rider);
    const charge = ride(cardRef, '08:00');
    expect(await sendCharges(issuer, charge)).toEqual(['applied']);
    expect(await sendCharges(issuer, charge)).toEqual(['duplicate']);
    expect(await balanceOf(rider)).toBe(91_000);
    await sendCharges(issuer, { ...charge, revision: 2, fare: { amount: 12_000, currency: 'VND' } });
    await sendCharges(issuer, { ...charge, revision: 3, agency: 'Hanoi Bus' });
    await sendCharges(issuer, { ...charge, revision: 4, agency: 'Hanoi Bus', fare: null, state: 'open' });
    expect(await listFares(rider, cardId)).toEqual([[null, null]]);
    const { trip, pricing, entries } = await rider.call('GET /v1/cards/{cardId}/trips/{tripId}', {
      params: { cardId, tripId: charge.tripId },
    });
    expect(trip).toMatchObject({ tripId: charge.tripId, fare: null, settled: null });
    expect(pricing).toEqual(charge.pricing);
    expect(
      entries.map(({ kind, amount, balanceAfter }) => [kind, amount.amount, balanceAfter.amount]),
    ).toEqual([
      ['trip_adjustment', 9000, 100_000],
      ['trip_adjustment', 3000, 91_000],
      ['trip_adjustment', -3000, 88_000],
      ['trip', -9000, 91_000],
    ]);
  });

  it('that was withdrawn gives its money back', async () => {
    const rider = await newRider(100_000);
    const { cardRef } = await makeTravellingCard(rider);
    const charge = ride(cardRef, '08:00', { state: 'missing_entry' });
    await sendCharges(issuer, charge);
    expect(await balanceOf(rider)).toBe(91_000);
    await sendCharges(issuer, { ...charge, revision: 2, state: 'withdrawn' });
    expect(await balanceOf(rider)).toBe(100_000);
  });

  it('counts towards caps, and says what was applied', async () => {
    const rider = await newRider(100_000);
    const { cardId, cardRef } = await makeTravellingCard(rider);
    await sendCharges(issuer, ...['08:00', '09:00', '10:00', '11:00'].map((time) => ride(cardRef, time)));
    expect(await listFares(rider, cardId)).toEqual([
      [9000, 'fare'],
      [9000, 'fare'],
      [2000, 'cap'],
      [0, 'cap'],
    ]);
    expect(await balanceOf(rider)).toBe(80_000);
  });

  it('leaves the same amounts and balances in whatever order and however often trips are told', async () => {
    const times = ['06:00', '07:00', '08:00', '09:00'];
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 1, 0, 2, 2],
    ];
    const outcomes: object[] = [];
    for (const order of orders) {
      const rider = await newRider(100_000);
      const { cardId, cardRef } = await makeTravellingCard(rider);
      const first = times.map((time, index) =>
        ride(cardRef, time, { fare: { amount: 5000 + 1000 * index, currency: 'VND' } }),
      );
      const incomplete = ride(cardRef, '10:00', { state: 'missing_exit' });
      for (const index of order) {
        await sendCharges(issuer, { ...first[index]!, revision: 2 });
        await sendCharges(issuer, first[index]!, incomplete);
      }
      outcomes.push({ balance: await balanceOf(rider), fares: await listFares(rider, cardId) });
    }
    expect(outcomes).toEqual(orders.map(() => outcomes[0]));
    expect(outcomes[0]).toMatchObject({ balance: 80_000 });
  });

  it('charged by many calls at once is charged once', async () => {
    const rider = await newRider(100_000);
    const { cardId, cardRef } = await makeTravellingCard(rider);
    const charges = ['06:00', '07:00'].map((time) => ride(cardRef, time));
    await Promise.all(Array.from({ length: 6 }, () => sendCharges(issuer, ...charges)));
    expect(await balanceOf(rider)).toBe(82_000);
    expect(await listFares(rider, cardId)).toEqual([
      [9000, 'fare'],
      [9000, 'fare'],
    ]);
  });

  it('never moves to another card', async () => {
    const rider = await newRider(50_000);
    const [mine, other] = [await makeTravellingCard(rider), await makeTravellingCard(await newRider(50_000))];
    const charge = ride(mine.cardRef, '08:00');
    await sendCharges(issuer, charge);
    const { results } = await issuer.operator('POST /v1/charges', {
      body: { charges: [{ ...charge, revision: 2, cardRef: other.cardRef }] },
    });
    expect(results).toEqual([{ result: 'refused', code: 'other_card' }]);
    expect(await balanceOf(rider)).toBe(41_000);
  });
});

describe('a wallet', () => {
  it('below zero gives no further codes until it is topped up; the ride itself is charged in full', async () => {
    const rider = await newRider(0);
    const { cardId, cardRef } = await makeTravellingCard(rider);
    await sendCharges(issuer, ride(cardRef, '08:00'));
    expect(await rider.call('GET /v1/wallet')).toMatchObject({
      balance: { amount: -9000 },
      lowestBalance: { amount: -30_000 },
      mayRide: false,
    });
    const tickets = () =>
      rider.call('POST /v1/cards/{cardId}/tickets', { params: { cardId }, body: { count: 1 } });
    const certificates = rider.call('POST /v1/cards/{cardId}/certificates', {
      params: { cardId },
      body: { proof: 'a.b.c' },
    });
    expect(await problemOf(certificates)).toEqual({ status: 409, code: 'wallet_below_zero' });
    expect(await problemOf(tickets())).toEqual({ status: 409, code: 'wallet_below_zero' });
    await postTransaction(issuer.db, {
      reference: randomUUIDv7(),
      kind: 'top_up',
      at: new Date(),
      subject: '',
      entries: move(9000, clearingOf('vietqr'), walletOf(rider.riderId)),
    });
    expect((await tickets()).tickets).toHaveLength(1);
  });

  it('tells its movements in pages, newest first, and refuses a page nobody gave', async () => {
    const rider = await newRider(50_000);
    const { cardRef } = await makeTravellingCard(rider);
    await sendCharges(issuer, ride(cardRef, '08:00'), ride(cardRef, '09:00'));
    const first = await rider.call('GET /v1/wallet/entries', { query: { limit: 2 } });
    const second = await rider.call('GET /v1/wallet/entries', { query: { limit: 2, after: first.next! } });
    expect([...first.entries, ...second.entries].map(({ balanceAfter }) => balanceAfter.amount)).toEqual([
      32_000, 41_000, 50_000,
    ]);
    expect(second.next).toBeNull();
    const wrong = rider.call('GET /v1/wallet/entries', { query: { after: 'x' } });
    expect(await problemOf(wrong)).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('begins with the welcome credit of a demo, once', async () => {
    const demo = await startIssuer({ WELCOME_CREDIT: '200000' });
    const rider = await demo.signIn('0912000199');
    await demo.signIn('0912000199');
    const { entries } = await rider.call('GET /v1/wallet/entries', { query: {} });
    expect(entries).toEqual([
      expect.objectContaining({ kind: 'welcome', amount: { amount: 200_000, currency: 'VND' } }),
    ]);
    await demo.stop();
  });
});

describe('a pass', () => {
  it('is bought from the wallet once, and covers the rides after it', async () => {
    const rider = await newRider(250_000);
    const { cardId, cardRef } = await makeTravellingCard(rider);
    const purchaseId = randomUUIDv7();
    const bought = await Promise.all(
      [1, 2, 3].map(() => buy(rider, cardId, products.network, { purchaseId })),
    );
    expect(new Set(bought.map(({ passId }) => passId)).size).toBe(1);
    expect(await balanceOf(rider)).toBe(50_000);
    expect(bought[0]).toMatchObject({
      nameVi: 'Vé tháng',
      startsAt: '2026-11-22T20:00:00.000Z',
      endsAt: '2026-12-22T20:00:00.000Z',
    });
    await sendCharges(issuer, ride(cardRef, '09:00'), ride(cardRef, '11:00'));
    expect(await listFares(rider, cardId)).toEqual([
      [9000, 'fare'],
      [0, 'pass'],
    ]);
    const { passes } = await rider.call('GET /v1/cards/{cardId}/passes', { params: { cardId } });
    expect(passes).toEqual([bought[0]]);
  });

  it('that begins with its first use tells its days from then on', async () => {
    const rider = await newRider(50_000);
    const { cardId, cardRef } = await makeTravellingCard(rider);
    expect(await buy(rider, cardId, products.firstUse)).toMatchObject({ startsAt: null, endsAt: null });
    await sendCharges(issuer, ride(cardRef, '12:00'));
    const { passes } = await rider.call('GET /v1/cards/{cardId}/passes', { params: { cardId } });
    expect(passes[0]).toMatchObject({
      startsAt: '2026-11-22T20:00:00.000Z',
      endsAt: '2026-11-23T20:00:00.000Z',
    });
    expect(await listFares(rider, cardId)).toEqual([[0, 'pass']]);
  });

  it('is refused with its reason, and nothing moves', async () => {
    const rider = await newRider(150_000);
    const { cardId } = await makeTravellingCard(rider);
    const purchaseId = randomUUIDv7();
    await buy(rider, cardId, products.line, { lineId: '32', purchaseId });
    const refusals: [number, Parameters<typeof buy>[3], string, number][] = [
      [products.line, { lineId: '32' }, 'pass_overlaps', 409],
      [products.line, {}, 'line_needed', 400],
      [products.line, { lineId: '09A', purchaseId }, 'purchase_id_used', 409],
      [products.network, {}, 'balance_too_low', 409],
      [products.student, {}, 'concession_needed', 409],
      [products.ended, {}, 'product_not_on_sale', 409],
      [99, {}, 'product_not_on_sale', 409],
    ];
    for (const [productNo, more, code, status] of refusals) {
      expect(await problemOf(buy(rider, cardId, productNo, more))).toEqual({ status, code });
    }
    expect(await balanceOf(rider)).toBe(50_000);
    const { products: onSale } = await issuer.anyone('GET /v1/products');
    expect(onSale.map(({ productNo }) => productNo)).toEqual([1, 2, 3, 4]);
  });
});

describe('lines', () => {
  const lines = [
    { lineId: '32', nameVi: 'Buýt 32', nameEn: 'Bus 32', mode: 'bus' },
    { lineId: '2A', nameVi: 'Tuyến 2A', nameEn: 'Line 2A', mode: 'metro' },
  ] as const;
  beforeAll(() => putTerms(issuer.db, terms, { lines }));
  afterAll(() => putTerms(issuer.db, terms));

  it('that the operator told are given with the products', async () => {
    expect((await issuer.anyone('GET /v1/products')).lines).toEqual(lines);
  });

  it.each(['99', '2A'])('a pass is not sold for line %s: unknown, or of another mode', async (lineId) => {
    const rider = await newRider(150_000);
    const { cardId } = await makeTravellingCard(rider);
    expect(await problemOf(buy(rider, cardId, products.line, { lineId }))).toEqual({
      status: 404,
      code: 'line_not_found',
    });
    expect(await balanceOf(rider)).toBe(150_000);
    expect(await buy(rider, cardId, products.line, { lineId: '32' })).toMatchObject({ lineId: '32' });
    expect(await balanceOf(rider)).toBe(50_000);
  });
});

it("nobody reaches another rider's card, or finds another card's trip", async () => {
  const [owner, stranger] = [await newRider(300_000), await newRider(300_000)];
  const { cardId, cardRef } = await makeTravellingCard(owner);
  const charge = ride(cardRef, '08:00');
  await sendCharges(issuer, charge);
  const notFound = { status: 404, code: 'card_not_found' };
  const tripOf = (rider: Rider, card: string, tripId: string) =>
    rider.call('GET /v1/cards/{cardId}/trips/{tripId}', { params: { cardId: card, tripId } });
  expect(await problemOf(buy(stranger, cardId, products.network))).toEqual(notFound);
  expect(await problemOf(stranger.call('GET /v1/cards/{cardId}/passes', { params: { cardId } }))).toEqual(
    notFound,
  );
  expect(await problemOf(tripOf(stranger, cardId, charge.tripId))).toEqual(notFound);
  const otherCard = await owner.makeCard();
  const noTrip = { status: 404, code: 'trip_not_found' };
  expect(await problemOf(tripOf(owner, otherCard, charge.tripId))).toEqual(noTrip);
  expect(await problemOf(tripOf(owner, cardId, randomUUIDv7()))).toEqual(noTrip);
  expect(await balanceOf(stranger)).toBe(300_000);
});

it('after all of this the books add up', async () => {
  expect(await listUnbalancedWallets(issuer.db)).toEqual([]);
  const { fares, wallets, revenue } = await sumThreeWays(issuer.db);
  expect(fares).toBeGreaterThan(0);
  expect(wallets).toBe(fares);
  expect(Object.values(revenue).reduce((sum, one) => sum + one, 0)).toBe(fares);
});
