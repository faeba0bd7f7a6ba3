/** Takes trips from an operator's outbox: what is good is stored and settled, what is not is told, one by one. */
import { charge as chargeSchema, type Charge } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { lockWallets } from './db/ledger.ts';
import { listPayers } from './db/settlements.ts';
import { storeCharges, type StoredCharge } from './db/trips.ts';
import type { Issuer } from './issuer.ts';
import { settleTripsOf } from './settle-trips.ts';

export interface ChargeResult {
  result: 'applied' | 'duplicate' | 'refused';
  code?: 'invalid_charge' | 'unknown_card' | 'other_card';
}

/** No ride costs more: a larger number is a mistake, and must not reach anybody's wallet. */
const largestFare = 100_000_000;
const currency = 'VND';

const invalid: ChargeResult = { result: 'refused', code: 'invalid_charge' };
const unknownCard: ChargeResult = { result: 'refused', code: 'unknown_card' };

/**
 * Results in the order of the charges. All good ones are stored, settled and posted in one transaction, which
 * first takes hold of the riders' wallets: one wallet sees one change at a time.
 */
export async function takeCharges(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  charges: readonly unknown[],
): Promise<ChargeResult[]> {
  const read = charges.map((charge) => readCharge(charge, config.issuerNumber));
  const good = read.filter((one) => 'charge' in one);
  const stored = await db.transaction().execute(async (trx) => {
    if (good.length === 0) return [];
    const payers = await listPayers(
      trx,
      good.map(({ charge }) => charge),
    );
    await lockWallets(trx, payers);
    const results = await storeCharges(trx, good);
    const now = new Date(clock.nowMilliseconds());
    await settleTripsOf(trx, listChanges(results), { now, calendar: config.calendar });
    return results;
  });
  const results = stored.values();
  return read.map((one) => ('charge' in one ? toResult(results.next().value!) : one));
}

function readCharge(
  value: unknown,
  issuerNumber: number,
): { charge: Charge; startsAt: string } | ChargeResult {
  const { data: charge } = chargeSchema.safeParse(value);
  const start = charge?.entry ?? charge?.exit;
  if (!charge || !start || !isPayable(charge.fare)) return invalid;
  if (charge.issuer !== issuerNumber) return unknownCard;
  // PostgreSQL knows fewer offsets than RFC 3339.
  return { charge, startsAt: instantOf(Date.parse(start.at)) };
}

const isPayable = (fare: Charge['fare']) =>
  fare === null || (fare.currency === currency && fare.amount >= 0 && fare.amount <= largestFare);

/** Each card with the earliest moment since which one of its trips changed. */
function listChanges(stored: readonly StoredCharge[]): Map<string, Date> {
  const changes = new Map<string, Date>();
  for (const { result, cardId, changedFrom } of stored) {
    if (result !== 'applied' || cardId === null) continue;
    const earliest = changes.get(cardId);
    if (!earliest || changedFrom < earliest) changes.set(cardId, changedFrom);
  }
  return changes;
}

function toResult({ result }: StoredCharge): ChargeResult {
  return result === 'applied' || result === 'duplicate' ? { result } : { result: 'refused', code: result };
}
