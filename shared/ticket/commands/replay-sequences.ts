/** The replay sequences of the vectors: what is presented to an empty guard in order, and its answers. */
import type { ReplayAnswer } from '@vedong/ticket';

type Step = [
  slotsLater: number,
  validator: string,
  secondsLater: number,
  expect: ReplayAnswer,
  cardRef?: string,
];

const sequences: [id: string, note: string, steps: Step[]][] = [
  [
    'forward',
    'rising slots, here and there',
    [
      [0, 'A', 0, 'accepted'],
      [1, 'A', 15, 'accepted'],
      [2, 'B', 16, 'accepted'],
    ],
  ],
  [
    'repeat',
    'the same reading point for 5 s, counted from the accepted tap',
    [
      [0, 'A', 0, 'accepted'],
      [0, 'A', 0, 'repeat'],
      [0, 'A', 3, 'repeat'],
      [0, 'A', 5, 'repeat'],
      [0, 'A', 6, 'replayed'],
    ],
  ],
  [
    'elsewhere',
    'another reading point at once, and back',
    [
      [0, 'A', 0, 'accepted'],
      [0, 'B', 0, 'replayed'],
      [0, 'A', 1, 'repeat'],
    ],
  ],
  [
    'less',
    'an earlier slot is refused and not remembered',
    [
      [0, 'A', 0, 'accepted'],
      [-1, 'A', 1, 'replayed'],
      [-1, 'B', 1, 'replayed'],
      [0, 'A', 2, 'repeat'],
      [1, 'A', 3, 'accepted'],
      [0, 'A', 4, 'replayed'],
    ],
  ],
  [
    'cards',
    'cards that differ in the last bit are two',
    [
      [0, 'A', 0, 'accepted'],
      [0, 'A', 0, 'accepted', 'fffffffffffffffe'],
      [0, 'B', 1, 'replayed'],
      [0, 'A', 1, 'repeat', 'fffffffffffffffe'],
    ],
  ],
  [
    'clock-back',
    'an old code stays dead when the clock jumps back an hour',
    [
      [0, 'A', 0, 'accepted'],
      [0, 'A', -3600, 'replayed'],
    ],
  ],
];

/** The sequences with real slots and times. */
export const replaySequences = (start: { slot: number; now: number }): object[] =>
  sequences.map(([id, note, steps]) => ({
    id,
    note,
    steps: steps.map(([slotsLater, validator, secondsLater, expect, cardRef = 'ffffffffffffffff']) => ({
      issuer: 1,
      cardRef,
      slot: start.slot + slotsLater,
      validator,
      at: start.now + secondsLater,
      expect,
    })),
  }));
