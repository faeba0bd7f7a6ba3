/** Settles a card's trips from a moment on: what was settled before that moment stands and is only counted. */
import {
  settleTrips,
  type Day,
  type FareCap,
  type HeldPass,
  type PaidBefore,
  type PricedTrip,
  type SettledTrip,
} from '@vedong/fares';
import { addServiceDays } from '@vedong/travel';

/** What the operator's terms say about settling. */
export interface SettlementTerms {
  caps: readonly FareCap[];
  freeConcessions: readonly number[];
}

/** A trip with what the last settlement made of it; null before its first. */
export interface KnownTrip extends PricedTrip {
  settled: { applied: NonNullable<SettledTrip['settled']>['applied']; amount: number } | null;
}

/** A pass with what is known of its use. */
export interface KnownPass extends HeldPass {
  /** When the earliest trip that it covers began, unix seconds. */
  firstUsedSeconds: number | null;
  firstDay: Day | null;
}

/** A pass after settling. */
export interface PassUse {
  passId: string;
  firstUsedSeconds: number | null;
  firstDay: Day | null;
  lastDay: Day | null;
}

/**
 * The first service day whose trips can matter for one on `day`: its month and its week begin here.
 * One day more, because a ticket is good for some hours after its service day.
 */
export function firstDayThatMatters(day: Day): Day {
  const before = addServiceDays(day, -1);
  const monday = addServiceDays(before, 1 - Temporal.PlainDate.from(before).dayOfWeek);
  const first = `${before.slice(0, 8)}01`;
  return monday < first ? monday : first;
}

/**
 * Settles the trips that began at `fromSeconds` or later. `trips` and `paidBefore` hold, each trip in one of them, at
 * least all of the card since `firstDayThatMatters`; earlier amounts count towards caps as they were settled, and a
 * pass that was in use before stays in use from its own first day. So the outcome is the same as of settling all
 * trips of all time.
 */
export function settleCard(
  known: {
    trips: readonly KnownTrip[];
    passes: readonly KnownPass[];
    paidBefore?: readonly PaidBefore[];
  },
  fromSeconds: number,
  terms: SettlementTerms,
): { trips: SettledTrip[]; passes: PassUse[] } {
  const { trips, passes, paidBefore = [] } = known;
  const isOpen = (trip: PricedTrip) => trip.beganAtSeconds >= fromSeconds;
  const outcome = settleTrips({
    trips: trips.filter(isOpen),
    paidBefore: [...paidBefore, ...trips.filter((trip) => !isOpen(trip)).flatMap(listPaid)],
    passes: passes.map((pass) => (wasUsedBefore(pass, fromSeconds) ? asBegun(pass) : pass)),
    ...terms,
  });
  const open = new Map(trips.filter(isOpen).map((trip) => [trip.tripId, trip]));
  const settled = outcome.trips.filter(({ tripId }) => open.has(tripId));
  const firstUse = new Map(
    settled.toReversed().map((trip) => [trip.settled?.passId, open.get(trip.tripId)!.beganAtSeconds]),
  );
  return {
    trips: settled,
    passes: outcome.passes.map((run) => {
      const pass = passes.find(({ passId }) => passId === run.passId)!;
      const before = wasUsedBefore(pass, fromSeconds) ? pass.firstUsedSeconds : null;
      return { ...run, firstUsedSeconds: before ?? firstUse.get(run.passId) ?? null };
    }),
  };
}

const wasUsedBefore = ({ firstUsedSeconds }: KnownPass, fromSeconds: number) =>
  firstUsedSeconds !== null && firstUsedSeconds < fromSeconds;

/** Its first use, which is not among the trips to settle, must not be found again in a later one. */
const asBegun = (pass: KnownPass): HeldPass => ({
  ...pass,
  product: { ...pass.product, activation: 'purchase' },
  validFromDay: pass.firstDay ?? pass.validFromDay,
});

/** Only what was paid for full and capped fares counts towards caps. */
function listPaid({ settled, fare, serviceDay, mode, concession }: KnownTrip): PaidBefore[] {
  const counts = settled?.applied === 'fare' || settled?.applied === 'cap';
  if (!counts || fare === null) return [];
  return [{ serviceDay, mode, concession, paid: { ...fare, amount: settled.amount } }];
}
