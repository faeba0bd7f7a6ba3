/** Boardings of one bus shortly after each other with one card: a group that travels on it, or a code shown twice. Pure. */
import type { RiderTrip } from '@vedong/contracts/rider-trip';

/** A group boards one code after the other, and a code lasts 15 s. */
const apartMostMilliseconds = 60_000;

export interface Boarding {
  /** 1 is the first to board. */
  number: number;
  of: number;
}

type Boarded = Pick<RiderTrip, 'tripId' | 'mode' | 'lineName' | 'entry'>;

/** Of trips that are one of several, by their ids. @param trips newest first */
export function boardingsInARow(trips: readonly Boarded[]): Map<string, Boarding> {
  const rows: Boarded[][] = [];
  for (const trip of trips.toReversed()) {
    const last = rows.at(-1)?.at(-1);
    if (last && isNext(last, trip)) rows.at(-1)!.push(trip);
    else rows.push([trip]);
  }
  return new Map(
    rows
      .filter(({ length }) => length > 1)
      .flatMap((row) => row.map(({ tripId }, index) => [tripId, { number: index + 1, of: row.length }])),
  );
}

function isNext(one: Boarded, next: Boarded): boolean {
  if (one.mode !== 'bus' || next.mode !== 'bus' || !one.entry || !next.entry) return false;
  const apart = Date.parse(next.entry.at) - Date.parse(one.entry.at);
  return one.entry.gateId === next.entry.gateId && apart >= 0 && apart <= apartMostMilliseconds;
}
