/** Rides let through under `limited` in the last hour, per card and per gate. The journal is where they last. */
import { createEndings } from '../endings.ts';
import type { Used } from './decide.ts';

const hourMilliseconds = 3_600_000;

export interface LimitedRide {
  card: string;
  gateId: string;
  value: number;
}

export interface LimitedRides {
  usedBy(card: string, gateId: string): { card: Used; gate: Used };
  /** Counts a ride; the function given back takes it out again, for a ride that was not recorded after all. */
  add(ride: LimitedRide, ageMilliseconds?: number): () => void;
}

/** @param monotonicMilliseconds a wall clock that is set must not end an hour early */
export function createLimitedRides(monotonicMilliseconds: () => number): LimitedRides {
  const byCard = new Map<string, Used>();
  const byGate = new Map<string, Used>();
  const endings = createEndings<LimitedRide & { isOut: boolean }>();

  function change({ card, gateId, value }: LimitedRide, sign: 1 | -1): void {
    for (const [totals, key] of [
      [byCard, card],
      [byGate, gateId],
    ] as const) {
      const used = totals.get(key) ?? { rides: 0, value: 0 };
      const next = { rides: used.rides + sign, value: used.value + sign * value };
      if (next.rides === 0) totals.delete(key);
      else totals.set(key, next);
    }
  }

  function dropEnded(): void {
    const now = monotonicMilliseconds();
    for (let ride = endings.takeEnded(now); ride !== undefined; ride = endings.takeEnded(now))
      if (!ride.isOut) change(ride, -1);
  }

  const nothing: Used = { rides: 0, value: 0 };
  return {
    usedBy(card, gateId) {
      dropEnded();
      return { card: byCard.get(card) ?? nothing, gate: byGate.get(gateId) ?? nothing };
    },
    add(ride, ageMilliseconds = 0) {
      const kept = {
        ...ride,
        endsAt: monotonicMilliseconds() + hourMilliseconds - Math.max(0, ageMilliseconds),
        isOut: false,
      };
      endings.add(kept, kept.endsAt);
      change(ride, 1);
      return () => {
        if (kept.isOut || kept.endsAt <= monotonicMilliseconds()) return;
        kept.isOut = true;
        change(kept, -1);
      };
    },
  };
}
