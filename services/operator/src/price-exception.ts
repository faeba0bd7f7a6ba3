/** Trips that no rule of the feed prices: waived, in and out at one place, longer than any ride. Pure. */
import type { Money, Pricing } from '@vedong/contracts';
import { type FareExtension, findLongestTripMinutes, findSameStationExit } from '@vedong/fares';
import type { PairedTrip } from './pair-taps.ts';

export interface PriceException {
  basis: Extract<Pricing['basis'], 'tariff' | 'incomplete' | 'waived'>;
  /** Null: what a missing end costs. */
  fare: Money | null;
  steps: Pricing['steps'];
}

/**
 * Null where the feed prices the trip. A length is only known between two taps: an end that was inferred or corrected
 * does not say when the ride was over.
 */
export function findPriceException(
  { entry, exit, state, isWaived }: PairedTrip,
  terms: FareExtension,
): PriceException | null {
  if (isWaived) return { basis: 'waived', fare: null, steps: [{ kind: 'waived' }] };
  if (state !== 'complete' || !entry || !exit || entry.source || exit.source) return null;
  const minutes = (exit.atMilliseconds - entry.atMilliseconds) / 60_000;
  const sameStation = entry.placeId === exit.placeId ? findSameStationExit(terms, entry) : null;
  if (sameStation && minutes <= sameStation.withinMinutes) {
    const { fare, withinMinutes } = sameStation;
    return {
      basis: 'tariff',
      fare,
      steps: [{ kind: 'same_station', withinMinutes, amount: fare.amount }],
    };
  }
  const longestMinutes = findLongestTripMinutes(terms, entry);
  return longestMinutes !== null && minutes > longestMinutes
    ? { basis: 'incomplete', fare: null, steps: [{ kind: 'too_long', longestMinutes }] }
    : null;
}
