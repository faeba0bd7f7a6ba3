/** Ends a pass whose price is given back, and takes that back where staff refuse. */
import { serviceDayAt, type ServiceCalendar } from '@vedong/travel';
import type { IssuerDb } from '../db/database.ts';
import { changePassEnd, type PassRow } from '../db/passes.ts';
import { settleTripsOf } from '../settle-trips.ts';

/** A used one covers today still, and nothing after it; one that was not used covers nothing. */
export async function giveBackPass(
  trx: IssuerDb,
  pass: PassRow,
  { now, calendar }: { now: Date; calendar: ServiceCalendar },
): Promise<void> {
  const isUsed = pass.first_used_at !== null;
  const today = serviceDayAt(now.getTime() / 1000, calendar);
  await changePassEnd(trx, pass.pass_id, {
    is_given_back: !isUsed,
    ends_early_on: isUsed ? today : null,
  });
}

/** Trips ridden since it was given back are settled again: it covers them after all. */
export async function restorePass(
  trx: IssuerDb,
  pass: PassRow,
  { since, now, calendar }: { since: Date; now: Date; calendar: ServiceCalendar },
): Promise<void> {
  await changePassEnd(trx, pass.pass_id, { is_given_back: false, ends_early_on: null });
  await settleTripsOf(trx, new Map([[pass.card_id, since]]), { now, calendar });
}
