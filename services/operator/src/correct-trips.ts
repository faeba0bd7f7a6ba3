/** Riders ask for corrections, staff decide; a decision is an input to pairing, and pairing makes the new revision. */
import {
  maxCorrectionsOfTrip,
  type CorrectionRequest,
  type DecisionWish,
  type OperatorTrip,
  type QueuedCorrection,
  type TripDecision,
  type TripStory,
} from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from './context.ts';
import {
  findOpenRequest,
  insertRequest,
  listRequests,
  listRequestsOfTrip,
  markAnswered,
} from './db/correction-requests.ts';
import { findTrip, findTrips } from './db/list-trips.ts';
import { listTapsOfTrip } from './db/list-taps.ts';
import { findCharge } from './db/outbox.ts';
import { queueForPairing } from './db/pairing-queue.ts';
import { isServed } from './db/served-places.ts';
import {
  findDecision,
  insertDecision,
  listAnswers,
  listDecisionsOfTrip,
  type StoredDecision,
} from './db/trip-decisions.ts';
import { lockTrip, type LockedTrip } from './db/trips.ts';
import type { Tx } from './db/tables.ts';

export interface RequestResult {
  result: 'stored' | 'duplicate' | 'refused';
  code?: 'trip_not_found';
}

const tripNotFound = () =>
  new ServiceError(404, 'trip_not_found', { detail: 'There is no trip of this id.' });

/** Results in the order of the requests. */
export async function takeCorrectionRequests(
  { db, clock }: Pick<OperatorContext, 'db' | 'clock'>,
  requests: readonly CorrectionRequest[],
): Promise<RequestResult[]> {
  const now = new Date(clock.nowMilliseconds());
  return db.transaction().execute(async (tx) => {
    const results: RequestResult[] = [];
    for (const request of requests) {
      const trip = await lockTrip(tx, request.tripId);
      if (!trip) results.push({ result: 'refused', code: 'trip_not_found' });
      else {
        const { serviceDay, cardRef } = trip;
        const isNew = await insertRequest(tx, { ...request, serviceDay, cardRef }, now);
        results.push({ result: isNew ? 'stored' : 'duplicate' });
      }
    }
    return results;
  });
}

/**
 * Keeps the decision and has the card paired again. Throws `trip_not_found`, `nothing_missing`, `nothing_to_refuse`,
 * `unknown_place`, `decision_id_used` and `too_many_decisions`.
 */
export async function decideTrip(
  { db, clock }: Pick<OperatorContext, 'db' | 'clock'>,
  { tripId, decidedBy }: { tripId: string; decidedBy: string },
  wish: DecisionWish,
): Promise<TripDecision> {
  const decidedAt = new Date(clock.nowMilliseconds());
  return db.transaction().execute(async (tx) => {
    const trip = await lockTrip(tx, tripId);
    if (!trip) throw tripNotFound();
    const before = await findDecision(tx, wish.decisionId);
    if (before) return sameDecision(before, tripId, wish);
    const requestId = (await findOpenRequest(tx, tripId)) ?? null;
    await checkDecision(tx, trip, { ...wish, requestId });
    await insertDecision(tx, { ...wish, ...trip, requestId, decidedBy, decidedAt });
    if (requestId) await markAnswered(tx, requestId, decidedAt);
    await queueForPairing(tx, [trip]);
    return withoutTrip((await findDecision(tx, wish.decisionId)) as StoredDecision);
  });
}

function sameDecision(before: StoredDecision, tripId: string, wish: DecisionWish): TripDecision {
  const isSame =
    before.tripId === tripId &&
    before.kind === wish.kind &&
    before.placeId === wish.placeId &&
    before.reason === wish.reason;
  if (!isSame) {
    throw new ServiceError(409, 'decision_id_used', {
      detail: 'Another decision has this id. Make a new one.',
    });
  }
  return withoutTrip(before);
}

async function checkDecision(
  tx: Tx,
  trip: LockedTrip,
  { kind, placeId, requestId }: DecisionWish & { requestId: string | null },
): Promise<void> {
  if ((await listDecisionsOfTrip(tx, trip.tripId)).length >= maxCorrectionsOfTrip) {
    throw new ServiceError(409, 'too_many_decisions', {
      detail: `A trip may have ${maxCorrectionsOfTrip} decisions.`,
    });
  }
  if (kind === 'refuse' && requestId === null) {
    throw new ServiceError(409, 'nothing_to_refuse', { detail: 'The rider asks for nothing on this trip.' });
  }
  if (placeId === null) return;
  if (!trip.lacksEnd) {
    throw new ServiceError(409, 'nothing_missing', {
      detail: 'Both ends of this trip were tapped. It can be waived, not moved.',
    });
  }
  if (placeId === trip.knownPlaceId || !(await isServed(tx, { lineId: trip.lineId, placeId }))) {
    throw new ServiceError(400, 'unknown_place', {
      detail: 'Give a place where the line has a gate, other than the end that was tapped.',
    });
  }
}

const withoutTrip = ({
  decisionId,
  requestId,
  kind,
  place,
  reason,
  at,
  decidedBy,
}: StoredDecision): TripDecision => ({
  decisionId,
  requestId,
  kind,
  place,
  reason,
  at,
  decidedBy,
});

/** Everything about a trip. Throws `trip_not_found`. */
export async function getTripStory({ db }: Pick<OperatorContext, 'db'>, tripId: string): Promise<TripStory> {
  const found = await findTrip(db, tripId);
  if (!found) throw tripNotFound();
  const { trip, tapIds, inferredFrom } = found;
  return {
    trip,
    taps: await listTapsOfTrip(db, { ...trip, tapIds }),
    inferredFrom,
    requests: await listRequestsOfTrip(db, tripId),
    decisions: (await listDecisionsOfTrip(db, tripId)).map(withoutTrip),
    charge: await findCharge(db, trip),
  };
}

/** A page of the queue with the trips it is about. Throws `invalid_cursor`. */
export async function getCorrectionQueue(
  { db }: Pick<OperatorContext, 'db'>,
  query: Parameters<typeof listRequests>[1],
): Promise<{
  requests: (QueuedCorrection & { trip: OperatorTrip | null; answer: TripDecision | null })[];
  next: string | null;
}> {
  const { requests, next } = await listRequests(db, query);
  const trips = await findTrips(db, [...new Set(requests.map(({ tripId }) => tripId))]);
  const answers = await listAnswers(
    db,
    requests.map(({ requestId }) => requestId),
  );
  const told = requests.map((request) => {
    const answer = answers.get(request.requestId);
    return {
      ...request,
      trip: trips.get(request.tripId) ?? null,
      answer: answer ? withoutTrip(answer) : null,
    };
  });
  return { requests: told, next };
}
