/** Check 10, second half: the same card with a new code at the same place, too soon after it was accepted there. */
import type { Gate } from './gate.ts';

/** What counts as the same place: one gate, all gates of one kind at a place, or all of one kind on a line. */
export const passbackAreas = ['gate', 'place', 'line'] as const;

/** A line's rule; a phone handed back over the gate shows a fresh code, which the replay rule lets through. */
export interface PassbackRule {
  within: (typeof passbackAreas)[number];
  /** How long a card must stay away after it was accepted; 0 = no such rule here. */
  seconds: number;
  /** One card may board so many persons, counted with the first, within so many seconds of the first. */
  group?: { seconds: number; persons: number } | undefined;
}

/** A card presented where a rule holds. */
export interface PresentedPassage {
  /** What `passbackAreaOf` names. */
  area: string;
  atSeconds: number;
  rule: Pick<PassbackRule, 'seconds' | 'group'>;
  /** The person that was last accepted there tries again, as the gate gave no answer. */
  isSamePerson?: boolean | undefined;
}

/** What is remembered of a card: where it was last accepted, and since when and how often in a row as a group. */
export interface Passage {
  area: string;
  firstAtSeconds: number;
  atSeconds: number;
  persons: number;
}

export type PassbackAnswer = { answer: 'passed'; passage: Passage } | { answer: 'passback' };

type Standing = Pick<Gate, 'gateId' | 'kind' | 'lineId' | 'place'>;

const nameArea: Record<PassbackRule['within'], (gate: Standing) => string> = {
  gate: ({ gateId }) => `gate/${gateId}`,
  place: ({ place, kind }) => `place/${place.placeId}/${kind}`,
  line: ({ lineId, kind }) => `line/${lineId}/${kind}`,
};

/** Entry and exit at one place are two areas: who turns back at once may leave. */
export const passbackAreaOf = (gate: Standing, rule: PassbackRule): string => nameArea[rule.within](gate);

/**
 * Judges a card by where it was last accepted. `passed` is what to remember once the tap is accepted; a refusal changes
 * nothing. Times count by their distance, as validators' clocks differ.
 */
export function judgePassback(last: Passage | undefined, presented: PresentedPassage): PassbackAnswer {
  const { area, atSeconds, rule, isSamePerson = false } = presented;
  const alone: PassbackAnswer = {
    answer: 'passed',
    passage: { area, firstAtSeconds: atSeconds, atSeconds, persons: 1 },
  };
  if (rule.seconds === 0 || last === undefined || last.area !== area) return alone;
  if (isSamePerson) return { answer: 'passed', passage: { ...last, atSeconds } };
  const { group } = rule;
  const sinceFirst = Math.abs(atSeconds - last.firstAtSeconds);
  if (group && last.persons < group.persons && sinceFirst <= group.seconds) {
    return { answer: 'passed', passage: { ...last, atSeconds, persons: last.persons + 1 } };
  }
  return Math.abs(atSeconds - last.atSeconds) < rule.seconds ? { answer: 'passback' } : alone;
}
