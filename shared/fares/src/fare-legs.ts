/** From ridden legs to the legs that are paid for: legs that meet under a join rule become one (fare_leg_join_rules.txt). */
import type { FareLegJoinRule, FareRoute, FareStop, MatchKeys, RowRef, Tariff } from './tariff.ts';

/** One ride. The moments are those of fare validation, in whole unix seconds. */
export interface RiddenLeg {
  readonly routeId: string;
  readonly fromStopId: string;
  readonly toStopId: string;
  readonly departureSeconds: number;
  readonly arrivalSeconds: number;
}

/** One or more ridden legs that are priced as one. */
export interface FareLeg {
  /** Positions of its ridden legs in the journey. */
  readonly legs: readonly number[];
  readonly joinedBy: readonly RowRef[];
  /** Null: no network, or joined from several. */
  readonly networkId: string | null;
  readonly networkKeys: MatchKeys;
  readonly from: FareStop;
  readonly to: FareStop;
  readonly departureSeconds: number;
  readonly arrivalSeconds: number;
}

export interface UnknownPlace {
  readonly leg: number;
  readonly reason: 'unknown_route' | 'unknown_stop';
}

/** The fare legs of a journey, or the routes and stops in it that the feed does not have. */
export function toFareLegs(
  tariff: Tariff,
  legs: readonly RiddenLeg[],
): { fareLegs: FareLeg[] } | { unknown: UnknownPlace[] } {
  const fareLegs: FareLeg[] = [];
  const unknown: UnknownPlace[] = [];
  let lastRoute: FareRoute | undefined;
  for (const [index, leg] of legs.entries()) {
    const route = tariff.routes.get(leg.routeId);
    const from = tariff.stops.get(leg.fromStopId);
    const to = tariff.stops.get(leg.toStopId);
    if (route === undefined) unknown.push({ leg: index, reason: 'unknown_route' });
    if (from === undefined || to === undefined) unknown.push({ leg: index, reason: 'unknown_stop' });
    if (route === undefined || from === undefined || to === undefined) continue;
    const { networkId, networkKeys } = route;
    const { departureSeconds, arrivalSeconds } = leg;
    const next: FareLeg = {
      legs: [index],
      joinedBy: [],
      networkId,
      networkKeys,
      from,
      to,
      departureSeconds,
      arrivalSeconds,
    };
    const last = fareLegs.at(-1);
    const joins = (rule: FareLegJoinRule): boolean =>
      last !== undefined && lastRoute !== undefined && joinsLegs(rule, [lastRoute, last.to], [route, from]);
    const rule = tariff.joinRules.find(joins);
    if (last === undefined || rule === undefined) fareLegs.push(next);
    else fareLegs[fareLegs.length - 1] = join(last, next, rule.ref);
    lastRoute = route;
  }
  return unknown.length > 0 ? { unknown } : { fareLegs };
}

/** Whether a rule joins a ride that ends at a stop with one that begins at another. */
function joinsLegs(
  rule: FareLegJoinRule,
  [fromRoute, fromStop]: readonly [FareRoute, FareStop],
  [toRoute, toStop]: readonly [FareRoute, FareStop],
): boolean {
  if (rule.fromNetworkId !== null && rule.fromNetworkId !== fromRoute.networkId) return false;
  if (rule.toNetworkId !== null && rule.toNetworkId !== toRoute.networkId) return false;
  if (rule.fromStopId === null || rule.toStopId === null) return fromStop.stationId === toStop.stationId;
  return isAt(fromStop, rule.fromStopId) && isAt(toStop, rule.toStopId);
}

const isAt = (stop: FareStop, id: string): boolean => stop.stopId === id || stop.stationId === id;

/** Departure as of the first part, arrival as of the last; a rule's network must be that of every part. */
function join(first: FareLeg, last: FareLeg, rule: RowRef): FareLeg {
  return {
    legs: [...first.legs, ...last.legs],
    joinedBy: [...first.joinedBy, rule],
    networkId: first.networkId === last.networkId ? first.networkId : null,
    networkKeys: first.networkKeys.filter((key) => last.networkKeys.includes(key)),
    from: first.from,
    to: last.to,
    departureSeconds: first.departureSeconds,
    arrivalSeconds: last.arrivalSeconds,
  };
}
