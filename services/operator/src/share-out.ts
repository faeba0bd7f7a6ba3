/** Divides the price of a journey's part among its trips, with the steps that belong to each. Pure. */
import type { Money, Pricing } from '@vedong/contracts';
import type { Miss, Price, PricedPart, UnknownStep } from '@vedong/fares';

type Step = Pricing['steps'][number];

/** What one trip bears of a journey; the amounts of its steps add up to `amount`. Null: unknown. */
export interface LegShare {
  amount: Money | null;
  steps: Step[];
}

/** A charge with its pricing must stay small: 200 of them go into one call. */
const mostOthers = 5;
const mostStepsCharacters = 3500;

type Priced = Extract<Price, { total: Money }>;

/**
 * A transfer's amount belongs to the later of its two trips; trips that are joined into one leg of the tariff cost
 * what the leg costs, the first of them, and the others 0. A discount greater than its trip's fare goes on to the
 * trip before. Null where discounts make the whole part cost less than nothing. `tripIds` are those of the journey.
 */
export function shareOut(
  { legs, price: { total, steps } }: { legs: PricedPart['legs']; price: Priced },
  tripIds: readonly string[],
): Map<string, LegShare> | null {
  if (total.amount < 0) return null;
  const shares = new Map(legs.map((trip) => [trip, { amount: 0, steps: [] as Step[] }]));
  const tellStep = (trip: number, step: { amount: number; [member: string]: unknown }): void => {
    const share = shares.get(trip);
    if (share === undefined) throw new RangeError('a step is of one of the trips');
    share.amount += step.amount;
    share.steps.push(step);
  };
  const idsOf = (legs: readonly number[]) => legs.map((leg) => tripIds[leg] as string);
  let last = (legs[0] ?? 0) - 1;
  for (const step of steps) {
    const told = withFewOthers(step);
    if (step.kind === 'leg') {
      const { legs, ...rest } = { ...step, ...told };
      for (const leg of legs) {
        tellStep(leg, { ...rest, tripIds: idsOf(legs), amount: leg === legs[0] ? step.amount : 0 });
        last = leg;
      }
    } else {
      tellStep(last + 1, { ...step, ...told, tripIds: idsOf([last, last + 1]) });
    }
  }
  for (const trip of legs.slice(1).toReversed()) {
    const below = shares.get(trip)?.amount ?? 0;
    if (below >= 0) continue;
    const carried = { kind: 'carried_back', tripIds: idsOf([trip - 1, trip]) };
    tellStep(trip, { ...carried, amount: -below });
    tellStep(trip - 1, { ...carried, amount: below });
  }
  return new Map(
    [...shares].map(([trip, { amount, steps }]) => [
      tripIds[trip] as string,
      { amount: { amount, currency: total.currency }, steps: bounded(steps) },
    ]),
  );
}

/** A trip that no rule prices, with the rules that came nearest. */
export const unknownShare = (steps: readonly UnknownStep[]): LegShare => ({
  amount: null,
  steps: bounded(steps.map(({ kind, reason, others }) => ({ kind, reason, ...withFewOthers({ others }) }))),
});

const withFewOthers = ({ others }: { others: readonly Miss[] }) => ({
  others: others.slice(0, mostOthers),
  othersLeftOff: Math.max(0, others.length - mostOthers),
});

/** Without the rows that were not used, where the steps would be too long with them. */
function bounded(steps: Step[]): Step[] {
  if (JSON.stringify(steps).length <= mostStepsCharacters) return steps;
  return steps.map((step) =>
    Array.isArray(step['others'])
      ? { ...step, others: [], othersLeftOff: Number(step['othersLeftOff']) + step['others'].length }
      : step,
  );
}
