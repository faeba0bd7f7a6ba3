/** Taps that another tap stands for: a gate died before it answered, and the rider tried again. Pure. */
import { mayContinue } from '@vedong/travel';

/** An accepted tap, as far as this rule looks at it. */
export interface TriedTap {
  tapId: string;
  gateId: string;
  issuer: number;
  slot: number;
  atMilliseconds: number;
  /** Whose journal has it, and where. */
  validatorId: string;
  seq: number;
  /** The tap that it says it stands for. */
  continues?: string | null;
}

/** A mark that no honest gate can make, and the tap it names. */
export interface FalseMark {
  tapId: string;
  continues: string;
  validatorId: string;
  seq: number;
}

export interface Continued {
  /** Ids of those that cost nothing, as another stands for them. */
  continued: ReadonlySet<string>;
  falseMarks: FalseMark[];
}

/**
 * `taps` of one card and service day, in any order. A mark counts where the tap it names is an earlier one of the same
 * journal, at the same gate, not long before (`mayContinue`), and no other tap stands for it: so two rides never become
 * one fare. A tap that has not arrived, or was put aside, is nobody's; the mark then changes nothing.
 */
export function findContinued(taps: readonly TriedTap[]): Continued {
  const continued = new Set<string>();
  const falseMarks: FalseMark[] = [];
  if (!taps.some(({ continues }) => continues)) return { continued, falseMarks };
  const byId = new Map(taps.map((tap) => [tap.tapId, tap]));
  for (const tap of [...byId.values()].sort((one, other) => one.seq - other.seq)) {
    const { tapId, continues, validatorId, seq } = tap;
    const earlier = continues ? byId.get(continues) : undefined;
    if (!continues || !earlier) continue;
    if (isSameTry(earlier, tap) && !continued.has(continues)) continued.add(continues);
    else falseMarks.push({ tapId, continues, validatorId, seq });
  }
  return { continued, falseMarks };
}

const isSameTry = (earlier: TriedTap, tap: TriedTap): boolean =>
  earlier.validatorId === tap.validatorId &&
  earlier.seq < tap.seq &&
  earlier.gateId === tap.gateId &&
  earlier.issuer === tap.issuer &&
  mayContinue(earlier, tap);
