import type { Tap } from '@vedong/travel';
import { expect, it } from 'vitest';
import { createUnansweredTaps, lookOutSeconds } from './unanswered-taps.ts';

const tappedAt = Date.parse('2026-11-26T08:00:00+07:00');
const tap = (change: Partial<Tap> = {}, slot = 100): Tap => ({
  tapId: 'first',
  gateId: 'g1',
  at: new Date(tappedAt).toISOString(),
  outcome: 'accepted',
  guard: 'local',
  marks: [],
  ticket: { issuer: 1, cardRef: 'aa', slot } as NonNullable<Tap['ticket']>,
  ...change,
});
interface Again {
  gateId?: string;
  cardRef?: string;
  slot?: number;
  seconds?: number;
}
type Continued = { continued?: Tap };
const accepted = ({ continued }: Continued) =>
  Promise.resolve({ outcome: 'accepted' as const, continues: continued?.tapId });
const refused = ({ continued }: Continued) =>
  Promise.resolve({ outcome: 'rejected' as const, continues: continued?.tapId });

function start(taps: Tap[] = [tap()]) {
  const time = { seconds: 0 };
  const unanswered = createUnansweredTaps(() => time.seconds);
  unanswered.restore(taps);
  const partsOf = ({ gateId = 'g1', cardRef = 'aa', slot = 101, seconds = 60 }: Again) =>
    [
      { gate: { gateId }, atMilliseconds: tappedAt + seconds * 1000 },
      { issuer: 1, cardRef, slot },
    ] as const;
  return {
    time,
    judge: (again: Again, judgeUse: (reading: Continued) => Promise<{ outcome: 'accepted' | 'rejected' }>) =>
      unanswered.judge(...partsOf(again), judgeUse),
    findAgain: (again: Again, tapId: string) => unanswered.findAgain(...partsOf(again), tapId),
  };
}

it('takes another code for a second try, once', async () => {
  const { judge } = start();
  expect(await judge({}, accepted)).toMatchObject({ continues: 'first' });
  expect(await judge({ slot: 102 }, accepted)).toMatchObject({ continues: undefined });
});

it.each([
  ['another gate', { gateId: 'g2' }],
  ['another card', { cardRef: 'bb' }],
  ['the same code', { slot: 100 }],
  ['an older code', { slot: 99 }],
  ['longer than five minutes after it', { seconds: 301 }],
])('does not for %s', async (_what, change) => {
  expect(await start().judge(change, accepted)).toMatchObject({ continues: undefined });
});

it('does not once the look-out is over', async () => {
  const { judge, findAgain, time } = start();
  time.seconds = lookOutSeconds + 1;
  expect(await judge({}, accepted)).toMatchObject({ continues: undefined });
  expect(findAgain({ slot: 100 }, 'first')).toBeUndefined();
});

it('leaves a try that was refused, or not recorded, open to the next', async () => {
  const { judge } = start();
  expect(await judge({}, refused)).toMatchObject({ continues: 'first' });
  await expect(judge({}, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(await judge({}, accepted)).toMatchObject({ continues: 'first' });
});

it('is one rider’s while that try is under way', async () => {
  const { judge } = start();
  let finish = (): void => {};
  const waits = judge({}, async (continued) => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return accepted(continued);
  });
  expect(await judge({ slot: 102 }, accepted)).toMatchObject({ continues: undefined });
  finish();
  expect(await waits).toMatchObject({ continues: 'first' });
});

it('gives the first answer again to the same code, also to a scanner that reads twice, and then no more', async () => {
  const { findAgain, judge, time } = start();
  const same = { slot: 100 };
  expect(findAgain(same, 'another')).toBeUndefined();
  expect(findAgain(same, 'first')?.tapId).toBe('first');
  time.seconds = 5;
  expect(findAgain(same, 'first')?.tapId).toBe('first');
  time.seconds = 5.1;
  expect(findAgain(same, 'first')).toBeUndefined();
  expect(await judge({}, accepted)).toMatchObject({ continues: undefined });
});

it('gives no first answer to the code of a tap that another code has continued', async () => {
  const { findAgain, judge } = start();
  await judge({}, accepted);
  expect(findAgain({ slot: 100 }, 'first')).toBeUndefined();
});

it('takes each of a group that the stop left standing', async () => {
  const { judge } = start([tap(), tap({ tapId: 'second' }, 101)]);
  expect(await judge({ slot: 102 }, accepted)).toMatchObject({ continues: 'first' });
  expect(await judge({ slot: 103 }, accepted)).toMatchObject({ continues: 'second' });
  expect(await judge({ slot: 104 }, accepted)).toMatchObject({ continues: undefined });
});
