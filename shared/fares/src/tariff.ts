/** A feed's fares as pricing looks them up: small immutable types in the words of GTFS, references resolved. */

/** A row of a feed, by which a price can be traced: line 1 is the header. */
export interface RowRef {
  readonly file: string;
  readonly line: number;
}

/** One way to buy a fare product: for one category (null: everybody) on one medium (null: any), at one price. */
export interface FareProductRow {
  readonly ref: RowRef;
  readonly riderCategoryId: string | null;
  readonly fareMediaId: string | null;
  /** In the currency's smallest unit; below zero only for a transfer's discount. */
  readonly amount: number;
  readonly currency: string;
}

export interface FareProduct {
  readonly fareProductId: string;
  readonly rows: readonly FareProductRow[];
}

/** The dates a service is in effect (calendar.txt, calendar_dates.txt), each written `YYYYMMDD` as a number. */
export interface ServiceDates {
  readonly startDate: number;
  readonly endDate: number;
  /** Monday first. */
  readonly weekdays: readonly boolean[];
  readonly added: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
}

/** Seconds since local midnight; the start is inside, the end is not. */
export interface Timeframe {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly service: ServiceDates;
}

export interface TimeframeGroup {
  readonly timeframeGroupId: string;
  readonly timeframes: readonly Timeframe[];
}

export interface FareLegRule {
  readonly ref: RowRef;
  readonly legGroupId: string | null;
  readonly networkId: string | null;
  readonly fromAreaId: string | null;
  readonly toAreaId: string | null;
  readonly fromTimeframeGroup: TimeframeGroup | null;
  readonly toTimeframeGroup: TimeframeGroup | null;
  readonly fareProduct: FareProduct;
  readonly rulePriority: number;
}

export interface FareLegJoinRule {
  readonly ref: RowRef;
  /** Null matches every network. */
  readonly fromNetworkId: string | null;
  readonly toNetworkId: string | null;
  /** Null together with `toStopId`: the two legs must meet in one station. */
  readonly fromStopId: string | null;
  readonly toStopId: string | null;
}

/** What a limit runs from and to: departures and arrivals of the first and the last leg of a run. */
export type DurationLimitType = 0 | 1 | 2 | 3;

/** 0: A + AB. 1: A + AB + B. 2: AB. After an earlier transfer, with S for all before: S + BC, S + BC + C, S + BC. */
export type FareTransferType = 0 | 1 | 2;

export interface FareTransferRule {
  readonly ref: RowRef;
  /** How many transfers of a run the rule covers; Infinity for -1 and for rules between different groups. */
  readonly transferCount: number;
  readonly durationLimitSeconds: number | null;
  readonly durationLimitType: DurationLimitType;
  readonly fareTransferType: FareTransferType;
  /** Null: the transfer costs nothing. */
  readonly fareProduct: FareProduct | null;
}

/** What leg rules may say of a place or route to match it; `''` stands for an empty entry that covers it. */
export type MatchKeys = readonly string[];

export interface FareStop {
  readonly stopId: string;
  /** The station it belongs to, or itself. */
  readonly stationId: string;
  readonly timeZone: string;
  readonly areaIds: readonly string[];
  readonly fromKeys: MatchKeys;
  readonly toKeys: MatchKeys;
}

export interface FareRoute {
  readonly routeId: string;
  readonly networkId: string | null;
  readonly networkKeys: MatchKeys;
}

/** Leg rules by what they say of network, area of departure and area of arrival (`''`: empty). */
export type LegRuleIndex = ReadonlyMap<
  string,
  ReadonlyMap<string, ReadonlyMap<string, readonly FareLegRule[]>>
>;

/** Transfer rules by the two groups they name (`''`: empty), and which groups they name at all. */
export interface TransferRuleIndex {
  readonly fromGroups: ReadonlySet<string>;
  readonly toGroups: ReadonlySet<string>;
  readonly rules: ReadonlyMap<string, ReadonlyMap<string, readonly FareTransferRule[]>>;
}

/** Everything that prices a journey. Made by `compileTariff`; never changes. */
export interface Tariff {
  readonly stops: ReadonlyMap<string, FareStop>;
  readonly routes: ReadonlyMap<string, FareRoute>;
  /** Of a rider who states none. */
  readonly defaultCategoryIds: ReadonlySet<string>;
  readonly currencies: readonly string[];
  readonly legRules: readonly FareLegRule[];
  readonly legRuleIndex: LegRuleIndex;
  readonly joinRules: readonly FareLegJoinRule[];
  readonly transferRules: TransferRuleIndex;
}
