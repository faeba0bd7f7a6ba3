/** What rides cost and why: from the text of a feed to a priced journey, a settled trip. Pure: no clock, no I/O. */
export type { FeedNote, FeedProblem, FeedRule } from './feed-problem.ts';
export { feedFileNames, type Feed } from './gtfs-tables.ts';
export { readFeed, type ReadFeed } from './read-feed.ts';
export { compileTariff } from './compile-tariff.ts';
export type { RowRef, Tariff } from './tariff.ts';
export { priceJourney, priceParts, type Journey, type PricedPart } from './price-journey.ts';
export type { RiddenLeg } from './fare-legs.ts';
export type { Rider } from './product-rows.ts';
export type { LegStep, Price, SeparateStep, TransferStep, UnknownReason, UnknownStep } from './price.ts';
export type { Miss, Mismatch } from './mismatch.ts';
export { formatAmount, type Money } from './money.ts';
export {
  fareExtensionFileName,
  findDistanceMetres,
  findFreeDays,
  findIncompleteFare,
  findLongestTripMinutes,
  findRiderCategoryId,
  findSameStationExit,
  listPassesOnSale,
  type ApportionmentWeight,
  type ConcessionCategory,
  type Day,
  type FareCap,
  type FareDistance,
  type FareExtension,
  type FreeDays,
  type IncompleteFare,
  type LongestTrip,
  type PassProduct,
  type SameStationExit,
} from './fare-extension.ts';
export { readFareExtension } from './read-fare-extension.ts';
export {
  periodStart,
  settleTrips,
  type CapCandidate,
  type HeldPass,
  type PaidBefore,
  type PassRun,
  type PricedTrip,
  type SettledTrip,
  type Settlement,
  type TripsToSettle,
} from './settle-trips.ts';
export { apportionPass, type Apportionment, type PassToApportion, type PassUse } from './apportion-pass.ts';
