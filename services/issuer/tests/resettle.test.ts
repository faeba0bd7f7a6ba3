/** A change of the terms settles the trips of its days again, and no others. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readServiceConfig } from '../src/config.ts';
import { getResettleFrom, putTerms } from '../src/db/terms.ts';
import { resettleTrips } from '../src/resettle.ts';
import { firstChangedDay } from '../src/terms.ts';
import { listUnbalancedWallets } from './ledger-sums.ts';
import { startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { balanceOf, listFares, makeTravellingCard, ride, sendCharges } from './money-under-test.ts';
import { terms } from './tariff-terms.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
beforeAll(async () => {
  issuer = await startIssuer({ WELCOME_CREDIT: '100000' });
  rider = await issuer.signIn('0916000101');
});
afterAll(() => issuer.stop());

const resettle = () =>
  resettleTrips({ db: issuer.db, clock: issuer.clock, config: readServiceConfig(issuer.env) });

const withDayCap = (amount: number) =>
  terms.map((tariff) => ({
    ...tariff,
    terms: {
      ...tariff.terms,
      caps: tariff.terms.caps.map((cap) =>
        cap.capId === 'day' ? { ...cap, limit: { amount, currency: 'VND' } } : cap,
      ),
    },
  }));

it('a lower cap gives back what was paid above it, by new entries, once', async () => {
  await putTerms(issuer.db, terms);
  const { cardId, cardRef } = await makeTravellingCard(rider);
  await sendCharges(issuer, ride(cardRef, '08:00'), ride(cardRef, '09:00'), ride(cardRef, '09:30'));
  expect(await listFares(rider, cardId)).toEqual([
    [9000, 'fare'],
    [9000, 'fare'],
    [2000, 'cap'],
  ]);
  const lower = withDayCap(10_000);
  await putTerms(issuer.db, lower, { resettleFrom: firstChangedDay(terms, lower) });
  expect(await resettle()).toBe(1);
  expect(await balanceOf(rider)).toBe(90_000);
  expect(await listFares(rider, cardId)).toEqual([
    [9000, 'fare'],
    [1000, 'cap'],
    [0, 'cap'],
  ]);
  expect(await resettle()).toBe(0);
  expect(await getResettleFrom(issuer.db)).toBeNull();
  expect(await listUnbalancedWallets(issuer.db)).toEqual([]);
});

it('a change of later days leaves earlier trips alone', async () => {
  const next = [...withDayCap(10_000), { ...terms[0]!, tariffId: 'next', from: '2026-12-01' }];
  await putTerms(issuer.db, next, { resettleFrom: firstChangedDay(withDayCap(10_000), next) });
  expect(await getResettleFrom(issuer.db)).toBe('2026-12-01');
  expect(await resettle()).toBe(0);
  expect(await balanceOf(rider)).toBe(90_000);
});

it('the earlier of two changes counts, and names and passes on sale are none', async () => {
  await putTerms(issuer.db, terms, { resettleFrom: '2026-12-01' });
  await putTerms(issuer.db, terms, { resettleFrom: '2026-11-01' });
  await putTerms(issuer.db, terms, { resettleFrom: null });
  expect(await getResettleFrom(issuer.db)).toBe('2026-11-01');
  const withoutPasses = terms.map((tariff) => ({ ...tariff, terms: { ...tariff.terms, passes: [] } }));
  expect(firstChangedDay(terms, withoutPasses)).toBeNull();
});
