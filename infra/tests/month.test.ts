/**
 * A month of simulated riders of the demo city: their taps reach the operator, which pairs and prices them and sends
 * charges, which the issuer settles, all by the services' own code on real PostgreSQL. Taps come late, batches and
 * charges come twice. In the end three numbers are one: what riders were charged, what left their wallets, what the
 * agencies have earned. `MONTH_RIDERS` says how many riders; `npm run month` rides with 5,000.
 */
import { expect, it, vi } from 'vitest';
import { startMonth } from './month-of-riders.ts';
import { listSums } from './month-sums.ts';

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 });
const riders = Number(process.env['MONTH_RIDERS'] ?? 120);
const seed = Number(process.env['MONTH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

it(`a month of ${riders} riders adds up`, async () => {
  console.info(`MONTH_SEED=${seed}`);
  const month = await startMonth({ riders, seed });
  try {
    await month.ride();
    const sums = await listSums(month);
    console.info(JSON.stringify({ ...sums, trips: month.trips, seconds: month.seconds }, null, 1));
    expect(sums.trips).toBeGreaterThan(riders * 40);
    // What the operator asks is what the issuer was told, and what riders pay of it is told for each reason.
    expect(sums.operatorFares).toBe(sums.issuerFares);
    expect(sums.operatorFares).toBe(sums.paid + sums.coveredByPasses + sums.beyondCaps);
    // The three that must be one: fares with passes, the ledger, the agencies' shares.
    expect(sums.fares).toBe(sums.paid + sums.passes);
    expect(sums.ledger).toBe(sums.fares);
    expect(sums.shares).toBe(sums.fares);
    expect(sums.passes).toBeGreaterThan(0);
    expect(sums.coveredByPasses).toBeGreaterThan(0);
    expect(sums.beyondCaps).toBeGreaterThan(0);
    expect(sums.cardsOverCaps).toBe(0);
  } finally {
    await month.stop();
  }
});
