/** Pairs the accepted taps of one card and service day into trips. Pure: the same taps in any order give the same trips. */
import type { GateKind, Mode } from '@vedong/travel';

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
}

export interface PairedTrip {
  /** The id of its first tap. */
  tripId: string;
  state: 'open' | 'complete' | 'missing_exit' | 'missing_entry';
  entry: PairingTap | null;
  exit: PairingTap | null;
}

/** No metro ride takes longer: an exit later than this belongs to another entry, which the operator has not seen. */
export const longestTripMilliseconds = 4 * 3600_000;

/**
 * A bus boarding is a whole trip. A metro exit closes the latest entry of its mode that is still open and not too
 * old; a new entry gives the earlier one up. An entry without an exit is open until `nowMilliseconds` says that none
 * can come any more. A tap given twice counts once.
 */
export function pairTaps(taps: readonly PairingTap[], nowMilliseconds: number): PairedTrip[] {
  const trips: PairedTrip[] = [];
  const openByMode = new Map<Mode, PairedTrip & { entry: PairingTap }>();
  for (const tap of inOrder(taps)) {
    if (tap.kind === 'board') {
      trips.push({ tripId: tap.tapId, state: 'complete', entry: tap, exit: null });
      continue;
    }
    const open = openByMode.get(tap.mode);
    openByMode.delete(tap.mode);
    if (tap.kind === 'entry') {
      const trip = { tripId: tap.tapId, state: 'missing_exit' as const, entry: tap, exit: null };
      trips.push(trip);
      openByMode.set(tap.mode, trip);
    } else if (open && tap.atMilliseconds - open.entry.atMilliseconds <= longestTripMilliseconds) {
      open.state = 'complete';
      open.exit = tap;
    } else {
      trips.push({ tripId: tap.tapId, state: 'missing_entry', entry: null, exit: tap });
    }
  }
  for (const trip of openByMode.values()) {
    if (nowMilliseconds - trip.entry.atMilliseconds <= longestTripMilliseconds) trip.state = 'open';
  }
  return trips;
}

function inOrder(taps: readonly PairingTap[]): PairingTap[] {
  const distinct = new Map(taps.map((tap) => [tap.tapId, tap]));
  return [...distinct.values()].sort(
    (one, other) => one.atMilliseconds - other.atMilliseconds || (one.tapId < other.tapId ? -1 : 1),
  );
}
