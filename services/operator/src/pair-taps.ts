/** Pairs the accepted taps of one card and service day into trips. Pure: the same taps in any order give the same trips. */
import type { GateKind, Mode, TapPolicy } from '@vedong/travel';

export interface PairingTap {
  tapId: string;
  atMilliseconds: number;
  gateId: string;
  kind: GateKind;
  mode: Mode;
  lineId: string;
  placeId: string;
  issuer: number;
  /** Of the ticket: 0 full fare, 1 reduced, 2 free. */
  concession: number;
  /** Of a bus line; absent: tap-on only. */
  tapPolicy?: TapPolicy;
}

/** Where and when a trip begins or ends. */
export interface RideEnd extends Omit<PairingTap, 'tapId' | 'gateId'> {
  /** Null where nobody tapped. */
  tapId: string | null;
  gateId: string | null;
  /** Absent: a tap. `inferred`: the next tap makes it plain. `correction`: staff decided it. */
  source?: 'inferred' | 'correction';
}

export interface PairedTrip {
  /** The id of its first tap. */
  tripId: string;
  state: 'open' | 'complete' | 'missing_exit' | 'missing_entry';
  entry: RideEnd | null;
  exit: RideEnd | null;
  /** The tap that makes the place of the exit plain. */
  inferredFrom?: string;
  /** By decision of staff it costs nothing. */
  isWaived?: true;
}

/** What staff decided about a trip; of several decisions the latest that changes something. */
export type TripDecision = { kind: 'complete'; placeId: string } | { kind: 'waive' };

/** What pairing goes by beside the taps. */
export interface PairingEvidence {
  /** The stop or station of a line at a place or a short walk from it; null: the line does not go there. */
  findPlaceNear: (lineId: string, placeId: string) => string | null;
  /** By trip. */
  decisions: ReadonlyMap<string, TripDecision>;
}

/** No ride takes longer: an exit later than this belongs to another entry, which the operator has not seen. */
export const longestTripMilliseconds = 4 * 3600_000;

const noEvidence: PairingEvidence = { findPlaceNear: () => null, decisions: new Map() };

/**
 * A boarding of a line that is tap-on only is a whole trip. Any other trip goes from its entry or boarding to the
 * latest exit of its mode, or tap-off of its line, that is not too late; a new entry gives the earlier one up. An
 * entry without an exit is open until `nowMilliseconds` says that none can come any more. A tap given twice counts
 * once; a tap-off of a line that is tap-on only says nothing.
 *
 * A missing exit is inferred where the card's very next tap begins a ride within that time, at a place that the line
 * serves and that is not where the ride began. Then come the decisions of staff: they fill a missing end, an inferred
 * one too, and never take the place of a tap.
 */
export function pairTaps(
  taps: readonly PairingTap[],
  nowMilliseconds: number,
  evidence: PairingEvidence = noEvidence,
): PairedTrip[] {
  const ordered = inOrder(taps);
  return joinTaps(ordered, nowMilliseconds)
    .map((trip) => inferExit(trip, ordered, evidence))
    .map((trip) => decide(trip, evidence.decisions.get(trip.tripId)));
}

/** Whether the line of a bus tap asks for a tap-off too. */
const asksForTapOff = ({ tapPolicy }: Pick<PairingTap, 'tapPolicy'>): boolean => tapPolicy === 'tap_on_off';

/** Whether a tap begins a ride that another tap must end. The place of any other boarding is only nominal. */
const beginsRide = (tap: PairingTap): boolean =>
  tap.kind === 'entry' || (tap.kind === 'board' && asksForTapOff(tap));

const isInTime = (entry: RideEnd, atMilliseconds: number): boolean =>
  atMilliseconds - entry.atMilliseconds <= longestTripMilliseconds;

function joinTaps(ordered: readonly PairingTap[], nowMilliseconds: number): PairedTrip[] {
  const trips: PairedTrip[] = [];
  const openByMode = new Map<Mode, PairedTrip & { entry: RideEnd }>();
  for (const tap of ordered) {
    const { tapId, kind, mode } = tap;
    if (beginsRide(tap)) {
      const trip = { tripId: tapId, state: 'missing_exit' as const, entry: tap, exit: null };
      trips.push(trip);
      openByMode.set(mode, trip);
    } else if (kind === 'board') {
      trips.push({ tripId: tapId, state: 'complete', entry: tap, exit: null });
    } else if (kind === 'exit' || asksForTapOff(tap)) {
      const open = openByMode.get(mode);
      openByMode.delete(mode);
      const isSameRide = open && (kind === 'exit' || open.entry.lineId === tap.lineId);
      if (open && isSameRide && isInTime(open.entry, tap.atMilliseconds)) {
        open.state = 'complete';
        open.exit = tap;
      } else {
        trips.push({ tripId: tapId, state: 'missing_entry', entry: null, exit: tap });
      }
    }
  }
  for (const trip of openByMode.values()) {
    if (isInTime(trip.entry, nowMilliseconds)) trip.state = 'open';
  }
  return trips;
}

function inferExit(
  trip: PairedTrip,
  ordered: readonly PairingTap[],
  { findPlaceNear }: PairingEvidence,
): PairedTrip {
  const { entry, exit } = trip;
  if (!entry || exit || trip.state === 'complete') return trip;
  const next = ordered[ordered.findIndex(({ tapId }) => tapId === entry.tapId) + 1];
  if (!next || !beginsRide(next) || !isInTime(entry, next.atMilliseconds)) return trip;
  const placeId = findPlaceNear(entry.lineId, next.placeId);
  if (placeId === null || placeId === entry.placeId) return trip;
  const { atMilliseconds, tapId } = next;
  const inferred = standIn(entry, { placeId, atMilliseconds, source: 'inferred' });
  return { ...trip, state: 'complete', exit: inferred, inferredFrom: tapId };
}

function decide(trip: PairedTrip, decision: TripDecision | undefined): PairedTrip {
  if (!decision) return trip;
  if (decision.kind === 'waive') return { ...trip, isWaived: true };
  const { entry, exit } = trip;
  const endAt = (other: RideEnd) =>
    standIn(other, {
      placeId: decision.placeId,
      atMilliseconds: other.atMilliseconds,
      source: 'correction',
    });
  if (!entry && exit) return { ...trip, state: 'complete', entry: endAt(exit) };
  const lacksExit = exit === null ? trip.state !== 'complete' : exit.source === 'inferred';
  if (!entry || !lacksExit) return trip;
  const { inferredFrom: _, ...rest } = trip;
  return { ...rest, state: 'complete', exit: endAt(entry) };
}

/** The end of a ride at which nobody tapped; what it is of, the other end says. */
const standIn = (
  other: RideEnd,
  end: Required<Pick<RideEnd, 'placeId' | 'atMilliseconds' | 'source'>>,
): RideEnd => ({ ...other, ...end, tapId: null, gateId: null });

function inOrder(taps: readonly PairingTap[]): PairingTap[] {
  const distinct = new Map(taps.map((tap) => [tap.tapId, tap]));
  return [...distinct.values()].sort(
    (one, other) => one.atMilliseconds - other.atMilliseconds || (one.tapId < other.tapId ? -1 : 1),
  );
}
