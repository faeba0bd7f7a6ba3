/** A month of simulated riders through the charges of an operator, told late, twice and out of order: the books add up. */
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { Charge } from '@vedong/contracts';
import { simulateClock } from '@vedong/testing/clock';
import { createTestDatabase } from '@vedong/testing/postgres';
import { numbersOf } from '@vedong/testing/seeded-numbers';
import { addServiceDays } from '@vedong/travel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeCharges } from '../src/charges.ts';
import { readServiceConfig } from '../src/config.ts';
import { migrateIssuer, openIssuerDatabase, type IssuerDb } from '../src/db/database.ts';
import { insertPass } from '../src/db/passes.ts';
import { putTerms } from '../src/db/terms.ts';
import { serviceToken } from './issuer-under-test.ts';
import { listUnbalancedWallets, sumThreeWays } from './ledger-sums.ts';
import { ride } from './money-under-test.ts';
import { terms } from './tariff-terms.ts';

const riderCount = 200;
const days = Array.from({ length: 30 }, (_, index) => addServiceDays('2026-11-01', index));
const perCall = 500;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: IssuerDb;
beforeAll(async () => {
  database = await createTestDatabase(migrateIssuer);
  db = openIssuerDatabase(database.url, 4);
  await putTerms(db, terms);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Riders with a card each, that has a reference on every day of the month. Every tenth has a monthly pass. */
async function makeRiders(): Promise<string[][]> {
  const createdAt = new Date('2026-10-31T00:00:00Z');
  const cards = Array.from({ length: riderCount }, () => ({ rider: randomUUIDv7(), card: randomUUIDv7() }));
  const refs = cards.map(() => days.map(() => randomBytes(8).toString('hex')));
  const [phone_sealed, look] = [Buffer.alloc(1), { nickname: 'Thẻ', colour: 'lotus' as const }];
  await db
    .insertInto('riders')
    .values(
      cards.map(({ rider }) => ({
        rider_id: rider,
        phone_hash: Buffer.from(rider),
        phone_sealed,
        created_at: createdAt,
      })),
    )
    .execute();
  await db
    .insertInto('cards')
    .values(
      cards.map(({ rider, card }) => ({ card_id: card, rider_id: rider, ...look, created_at: createdAt })),
    )
    .execute();
  for (const [index, service_day] of days.entries()) {
    const rows = cards.map(({ card }, status_idx) => ({
      service_day,
      card_id: card,
      card_ref: refs[status_idx]![index]!,
      status_idx,
    }));
    await db.insertInto('card_days').values(rows).execute();
  }
  const product = terms[0]!.terms.passes[0]!;
  for (const { card } of cards.filter((_, index) => index % 10 === 0)) {
    const span = { valid_from_day: '2026-11-01', first_day: '2026-11-01', last_day: '2026-11-30' };
    const sale = { product_no: 1, product, line_id: null, bought_at: createdAt, ...span };
    await insertPass(db, { pass_id: randomUUIDv7(), card_id: card, purchase_id: randomUUIDv7(), ...sale });
  }
  return refs;
}

/** Two or three rides a day; a few are told first without their price, a few change it later. */
function makeCharges(refs: readonly string[][], random: () => number): Charge[] {
  const rides = refs.flatMap((ofDays) =>
    days.flatMap((serviceDay, index) =>
      ['07:10', '17:40', '21:05'].slice(0, random() < 0.2 ? 3 : 2).map((time): Charge => {
        const at = `${serviceDay}T${time}:00+07:00`;
        const end = { gateId: '2A-01-in', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at };
        const fare = { amount: 8000 + 1000 * Math.floor(random() * 8), currency: 'VND' };
        const agency = random() < 0.6 ? 'Hanoi Metro' : 'Transerco';
        return ride(ofDays[index]!, time, { serviceDay, entry: end, exit: null, fare, agency });
      }),
    ),
  );
  return rides.flatMap((last) => {
    if (random() < 0.05)
      return [
        { ...last, fare: null, pricing: null, state: 'open' as const },
        { ...last, revision: 2 },
      ];
    if (random() < 0.05)
      return [
        { ...last, fare: { amount: 15_000, currency: 'VND' } },
        { ...last, revision: 2 },
      ];
    return [last];
  });
}

it('sum of fares = what left the wallets = what agencies earned', { timeout: 120_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = numbersOf(seed);
  const charges = makeCharges(await makeRiders(), random);
  // Roughly by day, as an outbox sends, but some late by days; then a tenth once more.
  const keyed = charges.map(
    (charge) =>
      [Date.parse(charge.entry!.at) + (random() < 0.1 ? random() * 5 * 86_400_000 : 0), charge] as const,
  );
  const told = keyed.toSorted(([one], [other]) => one - other).map(([, charge]) => charge);
  const all = [...told, ...told.filter(() => random() < 0.1)];
  const env = {
    DATABASE_URL: database.url,
    KEY_ENCRYPTION_KEY: serviceToken,
    SERVICE_TOKEN: serviceToken,
    DEMO: '1',
  };
  const clock = simulateClock('2026-12-02T10:00:00.000+07:00');
  for (let start = 0; start < all.length; start += perCall) {
    const results = await takeCharges(
      { db, clock, config: readServiceConfig(env) },
      all.slice(start, start + perCall),
    );
    expect(results.filter(({ result }) => result === 'refused')).toEqual([]);
  }
  const { fares, wallets, revenue } = await sumThreeWays(db);
  const earned = Object.values(revenue).reduce((sum, one) => sum + one, 0);
  expect(fares).toBeGreaterThan(10_000_000);
  expect({ seed, wallets, earned, unbalanced: await listUnbalancedWallets(db) }).toEqual({
    seed,
    wallets: fares,
    earned: fares,
    unbalanced: [],
  });
});
