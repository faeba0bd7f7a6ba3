/** Takes trips from an operator's outbox: what is good is stored, what is not is told, one by one. */
import { charge as chargeSchema, type Charge } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import type { IssuerDb } from './db/database.ts';
import { storeCharges, type StoredCharge } from './db/trips.ts';

export interface ChargeResult {
  result: 'applied' | 'duplicate' | 'refused';
  code?: 'invalid_charge' | 'unknown_card';
}

const invalid: ChargeResult = { result: 'refused', code: 'invalid_charge' };
const unknownCard: ChargeResult = { result: 'refused', code: 'unknown_card' };

/** Results in the order of the charges. */
export async function takeCharges(
  db: IssuerDb,
  issuerNumber: number,
  charges: readonly unknown[],
): Promise<ChargeResult[]> {
  const read = charges.map((charge) => readCharge(charge, issuerNumber));
  const good = read.filter((one) => 'charge' in one);
  const stored = good.length > 0 ? await storeCharges(db, good) : [];
  const results = stored.values();
  return read.map((one) => ('charge' in one ? toResult(results.next().value!) : one));
}

function readCharge(
  value: unknown,
  issuerNumber: number,
): { charge: Charge; startsAt: string } | ChargeResult {
  const { data: charge } = chargeSchema.safeParse(value);
  const start = charge?.entry ?? charge?.exit;
  if (!charge || !start) return invalid;
  if (charge.issuer !== issuerNumber) return unknownCard;
  // PostgreSQL knows fewer offsets than RFC 3339.
  return { charge, startsAt: instantOf(Date.parse(start.at)) };
}

function toResult(stored: StoredCharge): ChargeResult {
  return stored === 'unknown_card' ? unknownCard : { result: stored };
}
