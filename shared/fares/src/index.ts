/** What a ride costs and why: GTFS-Fares v2 from feed text to priced journey. Pure: no clock, no I/O. */
export type { FeedNote, FeedProblem, FeedRule } from './feed-problem.ts';
export { feedFileNames, type Feed } from './gtfs-tables.ts';
export { readFeed, type ReadFeed } from './read-feed.ts';
export { compileTariff } from './compile-tariff.ts';
export type { RowRef, Tariff } from './tariff.ts';
export { priceJourney, type Journey } from './price-journey.ts';
export type { RiddenLeg } from './fare-legs.ts';
export type { Rider } from './product-rows.ts';
export type { LegStep, Price, SeparateStep, TransferStep, UnknownReason, UnknownStep } from './price.ts';
export type { Miss, Mismatch } from './mismatch.ts';
export { formatAmount, type Money } from './money.ts';
