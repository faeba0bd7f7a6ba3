/** What a tariff says beyond GTFS: passes, caps, incomplete trips, free days, and how shared passes are divided. */
import type { Mode } from '@vedong/travel';
import type { Money } from './money.ts';

/** The file beside the GTFS files. */
export const fareExtensionFileName = 'vedong_fares.json';

/** A service day, `2026-11-23`. */
export type Day = string;

/** The content of `vedong_fares.json`, read by `readFareExtension`. Line ids are the feed's route ids. */
export interface FareExtension {
  readonly version: 1;
  readonly passes: readonly PassProduct[];
  readonly caps: readonly FareCap[];
  readonly incompleteFares: readonly IncompleteFare[];
  readonly freeDays: readonly FreeDays[];
  readonly riderCategories: readonly ConcessionCategory[];
  /** Concession classes that ride for nothing; their trips are priced and counted all the same. */
  readonly freeConcessions: readonly number[];
  readonly fareDistances: readonly FareDistance[];
  readonly apportionment: readonly ApportionmentWeight[];
  /** Absent: none. */
  readonly sameStationExits?: readonly SameStationExit[];
  /** Absent: none. */
  readonly longestTrips?: readonly LongestTrip[];
}

/** A pass that can be bought. */
export interface PassProduct {
  /** The number in a ticket, 1 to 65535; 0 is pay as you go. */
  readonly productNo: number;
  readonly nameVi: string;
  readonly nameEn: string;
  readonly price: Money;
  readonly modes: readonly Mode[];
  /** `line`: the rider chooses one line; `network`: every line of its modes. */
  readonly scope: 'line' | 'network';
  /** Service days, the first one included. */
  readonly durationDays: number;
  readonly activation: 'purchase' | 'first_use';
  /** Concession classes that may buy it. */
  readonly concessions: readonly number[];
  /** Agencies on whose lines it is good; null: all, and the money is shared between them. */
  readonly agencies: readonly string[] | null;
  readonly onSaleFrom: Day;
  /** The last day on sale; null: no end. */
  readonly onSaleTo: Day | null;
}

/** The most one card pays in a period for trips of these modes. */
export interface FareCap {
  readonly capId: string;
  readonly nameVi: string;
  readonly nameEn: string;
  /** By service day; a week begins on Monday. */
  readonly period: 'day' | 'week' | 'month';
  readonly limit: Money;
  readonly modes: readonly Mode[];
  readonly concessions: readonly number[];
  readonly fromDay: Day;
  /** The last service day on which it holds; null: no end. */
  readonly toDay: Day | null;
}

/** What a trip with a missing end costs. It does not count towards a cap and no cap lowers it. */
export interface IncompleteFare {
  readonly mode: Mode;
  /** Null: every line of the mode that has no fare of its own here. */
  readonly lineId: string | null;
  readonly fare: Money;
}

/** What it costs to come out where one went in, soon after: somebody changed their mind. Later, the feed decides. */
export interface SameStationExit {
  readonly mode: Mode;
  /** Null: every line of the mode that has no entry of its own here. */
  readonly lineId: string | null;
  readonly withinMinutes: number;
  readonly fare: Money;
}

/** How long a ride may take from tap to tap; a longer one costs what a missing end costs. */
export interface LongestTrip {
  readonly mode: Mode;
  /** Null: every line of the mode that has no entry of its own here. */
  readonly lineId: string | null;
  readonly minutes: number;
}

/** Service days on which trips are ticketed at 0: priced and counted, but not paid. */
export interface FreeDays {
  readonly nameVi: string;
  readonly nameEn: string;
  readonly fromDay: Day;
  readonly toDay: Day;
  readonly modes: readonly Mode[];
  /** Null: every line of these modes. */
  readonly lineIds: readonly string[] | null;
}

/** As which category of `rider_categories.txt` a concession class is priced. */
export interface ConcessionCategory {
  readonly concession: number;
  readonly riderCategoryId: string;
}

/** Where a stop lies along a line, for distances between stops. */
export interface FareDistance {
  readonly lineId: string;
  readonly stopId: string;
  /** From the first stop of the line. */
  readonly chainageMetres: number;
}

/** What a trip and a kilometre of a mode weigh when a shared pass is divided. */
export interface ApportionmentWeight {
  readonly mode: Mode;
  readonly openingPrice: Money;
  readonly perKmPrice: Money;
}

/** The fare of a trip with a missing end; null when the tariff names none. */
export function findIncompleteFare(
  { incompleteFares }: FareExtension,
  trip: { readonly mode: Mode; readonly lineId: string },
): Money | null {
  return findOfLine(incompleteFares, trip)?.fare ?? null;
}

/** The rule for coming out where one went in; null when the tariff has none. */
export function findSameStationExit(
  { sameStationExits = [] }: FareExtension,
  trip: { readonly mode: Mode; readonly lineId: string },
): SameStationExit | null {
  return findOfLine(sameStationExits, trip) ?? null;
}

/** How long a ride on a line may take; null when the tariff sets no limit. */
export function findLongestTripMinutes(
  { longestTrips = [] }: FareExtension,
  trip: { readonly mode: Mode; readonly lineId: string },
): number | null {
  return findOfLine(longestTrips, trip)?.minutes ?? null;
}

/** The line's own entry, else that of its mode. */
function findOfLine<T extends { readonly mode: Mode; readonly lineId: string | null }>(
  entries: readonly T[],
  { mode, lineId }: { readonly mode: Mode; readonly lineId: string },
): T | undefined {
  const ofMode = entries.filter((entry) => entry.mode === mode);
  return ofMode.find((entry) => entry.lineId === lineId) ?? ofMode.find((entry) => entry.lineId === null);
}

/** The free days a trip falls on; null when it is to be paid. */
export function findFreeDays(
  { freeDays }: FareExtension,
  trip: { readonly serviceDay: Day; readonly mode: Mode; readonly lineId: string },
): FreeDays | null {
  const isFree = ({ fromDay, toDay, modes, lineIds }: FreeDays): boolean =>
    fromDay <= trip.serviceDay &&
    trip.serviceDay <= toDay &&
    modes.includes(trip.mode) &&
    (lineIds === null || lineIds.includes(trip.lineId));
  return freeDays.find(isFree) ?? null;
}

/** The rider category a concession class is priced as; null: none stated, the feed's default applies. */
export function findRiderCategoryId({ riderCategories }: FareExtension, concession: number): string | null {
  return riderCategories.find((each) => each.concession === concession)?.riderCategoryId ?? null;
}

/** Fare distance between two stops of a line; null when the tariff does not say where they lie. */
export function findDistanceMetres(
  { fareDistances }: FareExtension,
  lineId: string,
  [fromStopId, toStopId]: readonly [from: string, to: string],
): number | null {
  const at = (stopId: string): number | undefined =>
    fareDistances.find((each) => each.lineId === lineId && each.stopId === stopId)?.chainageMetres;
  const [from, to] = [at(fromStopId), at(toStopId)];
  return from === undefined || to === undefined ? null : Math.abs(to - from);
}

/** The passes on sale on a service day to a rider of a concession class. */
export function listPassesOnSale({ passes }: FareExtension, day: Day, concession: number): PassProduct[] {
  return passes.filter(
    ({ onSaleFrom, onSaleTo, concessions }) =>
      onSaleFrom <= day && (onSaleTo === null || day <= onSaleTo) && concessions.includes(concession),
  );
}
