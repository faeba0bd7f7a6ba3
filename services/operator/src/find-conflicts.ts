/** Finds what contradicts itself in the accepted taps of one card and service day. Pure: the same in every order of taps. */
import type { ConflictClass, Finding } from '@vedong/contracts';
import { slotSeconds, slotStart } from '@vedong/ticket';
import type { Mode } from '@vedong/travel';
import { findContinued, type FalseMark, type TriedTap } from './continued-taps.ts';
import type { PairingTap } from './pair-taps.ts';

export interface ConflictTap extends PairingTap, TriedTap {
  /** Of the place, WGS 84 degrees. */
  latitude: number;
  longitude: number;
}

export interface ConflictLimits {
  /** Nobody gets from one place to another faster, as the crow flies. */
  topSpeedKilometresPerHour: number;
  /** Two gates' clocks may differ by this much. */
  clockToleranceSeconds: number;
  /** How far from its place a gate may stand: a bus gate has the place of its line's first stop. */
  placeToleranceMetres: Readonly<Record<Mode, number>>;
  /** A second entry without an exit between is a re-entry for this long; later the rider has forgotten to tap off. */
  insideSeconds: number;
  /** A second entry at one station, or boarding of one vehicle, is too soon for this long. */
  samePlaceSeconds: number;
  /** Boardings of one vehicle within this time are a group, each of whom pays. */
  groupBoardingSeconds: number;
  /** The moment of a tap and its ticket's slot may differ by this much before the gate's clock is doubted. */
  slotToleranceSeconds: number;
}

export const defaultLimits: ConflictLimits = {
  topSpeedKilometresPerHour: 150,
  clockToleranceSeconds: 60,
  placeToleranceMetres: { metro: 500, bus: 30_000 },
  insideSeconds: 2 * 3600,
  samePlaceSeconds: 300,
  groupBoardingSeconds: 60,
  slotToleranceSeconds: 120,
};

/** Those about a card; the others are about a validator. */
export type CardConflictClass = Extract<ConflictClass, 'copy' | 'shared_card' | 'reentry'>;

export interface CardConflict {
  class: CardConflictClass;
  /** All of them, in the order of time. */
  findings: Finding[];
  /**
   * How many of them an honest rider cannot cause. A copy at the same place can be a second try where the first gate
   * did not open.
   */
  grave: number;
  firstAtMilliseconds: number;
}

export interface SettledTaps<Tap> {
  /** One for each slot, less those that another stands for: what trips are made of. */
  standing: Tap[];
  conflicts: CardConflict[];
  falseMarks: FalseMark[];
}

/** `taps` of one card and service day; one given twice counts once. */
export function settleConflicts<Tap extends ConflictTap>(
  taps: readonly Tap[],
  limits: ConflictLimits,
): SettledTaps<Tap> {
  const { continued, falseMarks } = findContinued(taps);
  const bySlot = Map.groupBy(inOrder(taps), ({ issuer, slot }) => `${issuer} ${slot}`);
  const groups = [...bySlot.values()].map((group) => orderByClaim(group, continued, limits));
  const standing = inOrder(groups.map(([first]) => first as Tap)).filter(
    ({ tapId }) => !continued.has(tapId),
  );
  const sure = standing.filter((tap) => hasSureTime(tap, limits));
  return {
    standing,
    conflicts: [
      conflictOf('copy', findCopies(groups)),
      conflictOf('shared_card', findTooFast(sure, limits)),
      conflictOf('reentry', findReentries(sure, limits)),
    ].filter((conflict) => conflict !== null),
    falseMarks,
  };
}

/** How far apart the moment a gate noted and its ticket's slot are, 0 within the slot. Positive: the gate is ahead. */
export function secondsOffSlot({ atMilliseconds, slot }: { atMilliseconds: number; slot: number }): number {
  const at = atMilliseconds / 1000;
  const start = slotStart(slot);
  if (at < start) return Math.floor(at - start);
  return Math.max(0, Math.ceil(at - (start + slotSeconds)));
}

interface Found {
  finding: Finding;
  isGrave: boolean;
  atMilliseconds: number;
}

function conflictOf(of: CardConflictClass, found: readonly Found[]): CardConflict | null {
  const [first] = found;
  if (!first) return null;
  return {
    class: of,
    findings: found.map(({ finding }) => finding),
    grave: found.filter(({ isGrave }) => isGrave).length,
    firstAtMilliseconds: Math.min(...found.map(({ atMilliseconds }) => atMilliseconds)),
  };
}

/** Each further tap of a slot, beside the one that counts; in the order of the copies. */
function findCopies(groups: readonly (readonly ConflictTap[])[]): Found[] {
  return groups
    .flatMap(([counts, ...copies]) => copies.map((copy) => ({ counts: counts as ConflictTap, copy })))
    .sort((one, other) => compareTaps(one.copy, other.copy))
    .map(({ counts, copy }) => foundBetween('same_slot', counts, copy));
}

/** Neighbours in time are enough: a detour is no shorter than the way itself. */
function findTooFast(taps: readonly ConflictTap[], limits: ConflictLimits): Found[] {
  const metresPerSecond = limits.topSpeedKilometresPerHour / 3.6;
  return taps.slice(1).flatMap((tap, index) => {
    const before = taps[index] as ConflictTap;
    const surely =
      metresBetween(before, tap) -
      limits.placeToleranceMetres[before.mode] -
      limits.placeToleranceMetres[tap.mode];
    const reachable = metresPerSecond * (secondsBetween(before, tap) + limits.clockToleranceSeconds);
    return surely > reachable ? [foundBetween('too_fast', before, tap)] : [];
  });
}

function findReentries(taps: readonly ConflictTap[], limits: ConflictLimits): Found[] {
  const lastIn = new Map<string, ConflictTap>();
  const insideByMode = new Map<Mode, ConflictTap>();
  return taps.flatMap((tap) => {
    if (tap.kind === 'exit' || tap.kind === 'alight') {
      insideByMode.delete(tap.mode);
      return [];
    }
    // All vehicles of a line carry the place of its first stop: a vehicle is known by its gate.
    const where = tap.kind === 'board' ? `gate ${tap.gateId}` : `place ${tap.mode} ${tap.placeId}`;
    const before = lastIn.get(where);
    lastIn.set(where, tap);
    const inside = insideByMode.get(tap.mode);
    if (tap.kind === 'entry') insideByMode.set(tap.mode, tap);
    if (before && isTooSoon(before, tap, limits)) return [foundBetween('same_place', before, tap)];
    const isInside = tap.kind === 'entry' && inside && secondsBetween(inside, tap) <= limits.insideSeconds;
    return isInside ? [foundBetween('while_inside', inside, tap)] : [];
  });
}

function isTooSoon(before: ConflictTap, tap: ConflictTap, limits: ConflictLimits): boolean {
  const seconds = secondsBetween(before, tap);
  return (
    seconds <= limits.samePlaceSeconds && (tap.kind !== 'board' || seconds > limits.groupBoardingSeconds)
  );
}

function foundBetween(rule: Finding['rule'], one: ConflictTap, other: ConflictTap): Found {
  return {
    finding: {
      rule,
      tapIds: [one.tapId, other.tapId],
      metres: Math.round(metresBetween(one, other)),
      seconds: Math.round(secondsBetween(one, other)),
      expectedSeq: null,
      firstSeq: null,
    },
    isGrave: rule !== 'same_slot' || one.placeId !== other.placeId,
    atMilliseconds: Math.min(one.atMilliseconds, other.atMilliseconds),
  };
}

/**
 * A gate whose clock is off would otherwise decide which of two taps counts; one that another tap stands for, and with
 * which nobody rode, only where there is no other.
 */
function orderByClaim<Tap extends ConflictTap>(
  group: readonly Tap[],
  continued: ReadonlySet<string>,
  limits: ConflictLimits,
): Tap[] {
  const rank = (tap: Tap) => (continued.has(tap.tapId) ? 2 : hasSureTime(tap, limits) ? 0 : 1);
  return group.toSorted((one, other) => rank(one) - rank(other));
}

const hasSureTime = (tap: ConflictTap, { slotToleranceSeconds }: ConflictLimits) =>
  Math.abs(secondsOffSlot(tap)) <= slotToleranceSeconds;

const inOrder = <Tap extends ConflictTap>(taps: readonly Tap[]): Tap[] =>
  [...new Map(taps.map((tap) => [tap.tapId, tap])).values()].sort(compareTaps);

const compareTaps = (one: ConflictTap, other: ConflictTap) =>
  one.atMilliseconds - other.atMilliseconds || (one.tapId < other.tapId ? -1 : 1);

const secondsBetween = (one: ConflictTap, other: ConflictTap) =>
  Math.abs(other.atMilliseconds - one.atMilliseconds) / 1000;

const earthMetres = 6_371_009;

/** Great circle (haversine). */
export function metresBetween(
  one: Pick<ConflictTap, 'latitude' | 'longitude'>,
  other: Pick<ConflictTap, 'latitude' | 'longitude'>,
): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const part =
    half(one.latitude, other.latitude) +
    Math.cos(radians(one.latitude)) *
      Math.cos(radians(other.latitude)) *
      half(one.longitude, other.longitude);
  return 2 * earthMetres * Math.asin(Math.min(1, Math.sqrt(part)));
}
