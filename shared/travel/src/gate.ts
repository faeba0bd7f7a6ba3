/** Where a ticket is read: the gate, its place and what it does. */

import type { PassbackRule } from './passback.ts';

/**
 * `entry` and `exit` bound a metro trip; `board` is a bus tap-on, `alight` a bus tap-off. A boarding is a whole trip
 * by itself on a line that is tap-on only.
 */
export const gateKinds = ['entry', 'exit', 'board', 'alight'] as const;
export type GateKind = (typeof gateKinds)[number];

/** What riders of a bus line do: tap when they get on, or also when they get off. A metro line has both always. */
export const tapPolicies = ['tap_on', 'tap_on_off'] as const;
export type TapPolicy = (typeof tapPolicies)[number];

export const modes = ['metro', 'bus'] as const;
export type Mode = (typeof modes)[number];

/** A stop or station, in GTFS words; coordinates are WGS 84 degrees. */
export interface Place {
  placeId: string;
  nameVi: string;
  nameEn: string;
  latitude: number;
  longitude: number;
}

/** What a validator must know of a gate to judge and explain a tap there. */
export interface Gate {
  gateId: string;
  kind: GateKind;
  mode: Mode;
  lineId: string;
  /** The number by which a ticket's `scope` may name this line; 0 = no ticket is limited to it. */
  lineScope: number;
  /** Shown on the gate's screen. */
  lineName: string;
  /** Where the gate stands; a bus gate carries its route's first stop until stops along the way are known. */
  place: Place;
  /** Absent: a card may come back at once. */
  passback?: PassbackRule | undefined;
  /** What it does when something is wrong; absent: the standard class. */
  gateClass?: string | undefined;
  /** Displays a challenge, and takes only tickets that answer it. */
  challenge?: boolean | undefined;
}
