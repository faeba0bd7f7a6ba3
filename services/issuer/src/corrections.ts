/** A rider asks for a trip to be corrected: kept here first, then forwarded to the operator, which decides. */
import type { CorrectionWish, RiderCorrection } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { getCard } from './cards.ts';
import { lockRider } from './db/cards.ts';
import {
  countOpenCorrections,
  findCorrection,
  insertCorrection,
  listCorrectionsOfTrip,
  type CorrectionRow,
} from './db/corrections.ts';
import type { IssuerDb } from './db/database.ts';
import { findTrip, type ShownTrip } from './db/trips.ts';
import type { Issuer } from './issuer.ts';

/** Requests of a rider that staff have not answered yet. */
export const openCorrectionsPerRider = 5;

export interface TripOfRider {
  riderId: string;
  cardId: string;
  tripId: string;
}

/**
 * Throws `card_not_found`, `trip_not_found`, `nothing_missing`, `correction_open` and `too_many_corrections`, and
 * `request_id_used` where another request has the id.
 */
export async function askForCorrection(
  { db, clock }: Pick<Issuer, 'db' | 'clock'>,
  { riderId, cardId, tripId }: TripOfRider,
  wish: CorrectionWish,
): Promise<{ correction: RiderCorrection; isNew: boolean }> {
  return db.transaction().execute(async (trx) => {
    await getCard(trx, riderId, cardId);
    await lockRider(trx, riderId);
    const trip = await findTrip(trx, cardId, tripId);
    if (!trip) throw new ServiceError(404, 'trip_not_found', { detail: 'This card has no such trip.' });
    const before = await findCorrection(trx, wish.requestId);
    if (before) {
      if (before.trip_id !== tripId || before.card_id !== cardId || before.kind !== wish.kind) {
        throw new ServiceError(409, 'request_id_used', {
          detail: 'Another request has this id. Make a new one.',
        });
      }
      return { correction: toRiderCorrection(before, trip), isNew: false };
    }
    if (wish.kind === 'forgot_tap' && trip.state === 'complete') {
      throw new ServiceError(409, 'nothing_missing', { detail: 'This trip has both its ends.' });
    }
    const earlier = (await listCorrectionsOfTrip(trx, tripId)).map((row) => toRiderCorrection(row, trip));
    if (earlier.some(({ request }) => request?.state === 'sending' || request?.state === 'waiting')) {
      throw new ServiceError(409, 'correction_open', {
        detail: 'A request about this trip waits for its answer.',
      });
    }
    if ((await countOpenCorrections(trx, riderId)) >= openCorrectionsPerRider) {
      throw new ServiceError(409, 'too_many_corrections', {
        detail: `A rider may have ${openCorrectionsPerRider} open requests. Wait for an answer.`,
      });
    }
    const askedAt = new Date(clock.nowMilliseconds());
    const row = await insertCorrection(trx, { ...wish, riderId, cardId, tripId, askedAt });
    return { correction: toRiderCorrection(row, trip), isNew: true };
  });
}

/** What was asked and decided about a trip, the oldest first. */
export async function listCorrections(db: IssuerDb, trip: ShownTrip): Promise<RiderCorrection[]> {
  const asked = (await listCorrectionsOfTrip(db, trip.trip_id)).map((row) => toRiderCorrection(row, trip));
  const answered = new Set(asked.map(({ answer }) => answer?.decisionId));
  const unasked = (trip.corrections ?? [])
    .filter(({ decisionId }) => !answered.has(decisionId))
    .map((answer) => ({ request: null, answer }));
  const timeOf = ({ request, answer }: RiderCorrection) => Date.parse(request?.askedAt ?? answer?.at ?? '');
  return [...asked, ...unasked].sort((one, other) => timeOf(one) - timeOf(other));
}

function toRiderCorrection(row: CorrectionRow, { corrections }: ShownTrip): RiderCorrection {
  const answer = corrections?.find(({ requestId }) => requestId === row.request_id) ?? null;
  const state = answer ? 'answered' : row.refused_code ? 'not_taken' : row.sent_at ? 'waiting' : 'sending';
  return {
    request: {
      requestId: row.request_id,
      kind: row.kind,
      placeName: row.place_name,
      words: row.words,
      askedAt: row.asked_at.toISOString(),
      state,
    },
    answer,
  };
}
