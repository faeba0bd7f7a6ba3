/** F12: a gate without a network for a minute, an hour, a day: limits of its class kept, all delivered once. */
import type { TapAnswer } from '@vedong/contracts';
import { simulateClock } from '@vedong/testing/clock';
import { startTestRedis } from '@vedong/testing/redis';
import { hanoiCalendar, serviceDayAt, standardGateClass, type Tap } from '@vedong/travel';
import { expect, it } from 'vitest';
import { gates, startTestCity, type TestCity } from '../test-city.ts';
import { eventually, startReadyValidator } from '../test-validator.ts';
import { isLong, report } from './two-validators.ts';

const minuteMilliseconds = 60_000;
const hourMilliseconds = 60 * minuteMilliseconds;
/** At a moment, four at each gate. */
const atOnce = 8;
const cardRides = 2;

/** The busiest gate's share of Hanoi is 100,000 taps a day; a test run has time for less of an hour and of a day. */
const cuts = [
  { span: '1 min', milliseconds: minuteMilliseconds, taps: 72 },
  { span: '1 h', milliseconds: hourMilliseconds, taps: isLong ? 4200 : 640 },
  { span: '24 h', milliseconds: 24 * hourMilliseconds, taps: isLong ? 100_000 : 960 },
];

/** While Redis is silent the first gate lets so many through in an hour; the second is of a class that stays open. */
function limitFirstGate(city: TestCity, gateRides: number): void {
  city.state.configuration = {
    ...city.state.configuration,
    gates: [{ ...gates[0]!, gateClass: 'metro-gate' }, gates[1]!],
    gateClasses: [
      {
        ...standardGateClass,
        classId: 'metro-gate',
        policies: { ...standardGateClass.policies, guard_local: 'limited' },
        limits: { cardRides, gateRides, cardValue: null, gateValue: null },
      },
    ],
  };
}

/** No ride more than the class allows in any hour, and none refused before; by the records alone, in their order. */
function expectLimitsKept(taps: readonly Tap[], gateRides: number): { let: number; refused: number } {
  const letIn: Tap[] = [];
  let refused = 0;
  for (const tap of taps) {
    if (tap.policy !== 'metro-gate/limited') continue;
    const since = Date.parse(tap.at) - hourMilliseconds;
    const lastHour: Tap[] = [];
    for (let back = letIn.length - 1; back >= 0 && Date.parse(letIn[back]!.at) > since; back -= 1)
      lastHour.push(letIn[back]!);
    const ofCard = lastHour.filter(({ ticket }) => ticket?.cardRef === tap.ticket?.cardRef).length;
    const isUsedUp = lastHour.length >= gateRides || ofCard >= cardRides;
    expect([tap.outcome, tap.reason]).toEqual(
      isUsedUp ? ['rejected', 'offline_limit'] : ['accepted', undefined],
    );
    if (isUsedUp) refused += 1;
    else letIn.push(tap);
  }
  return { let: letIn.length, refused };
}

it.each(cuts)('F12: cut off for $span', { timeout: 3_600_000 }, async ({ span, milliseconds, taps }) => {
  const clock = simulateClock('2026-11-23T20:00:00+07:00');
  const city = await startTestCity(() => Math.floor(clock.nowMilliseconds() / 1000));
  city.state.bundleLifetimeSeconds = 86_400 * 30;
  const hours = Math.max(1, milliseconds / hourMilliseconds);
  const gateRides = Math.floor((taps / 2 / hours) * 0.6);
  limitFirstGate(city, gateRides);
  const redis = await startTestRedis();
  const validator = await startReadyValidator({ city, clock, env: { REDIS_URL: redis.url } });
  await eventually(async () => {
    const { guard, statusLists } = await validator.status();
    return guard === 'redis' && statusLists.length === 3;
  }, 30);
  const cards = Array.from({ length: Math.ceil(taps / hours / 3) }, (_, n) =>
    n.toString(16).padStart(16, '0'),
  );
  const answers: TapAnswer[] = [];
  const ride = async (number: number): Promise<void> => {
    const ticket = await city.ticket({ cardRef: cards[number % cards.length]! });
    answers.push(await validator.tap(ticket, gates[number % gates.length]!.gateId));
  };
  const rideMany = (first: number) => Promise.all(Array.from({ length: atOnce }, (_, n) => ride(first + n)));
  await rideMany(0);
  await eventually(async () => (await validator.status()).journal.unsent === 0, 30);

  city.state.isUp = false;
  await redis.stop();
  await eventually(async () => (await validator.status()).guard === 'local', 30);
  for (let number = 0; number < taps; number += atOnce) {
    clock.advance((milliseconds / taps) * atOnce);
    await rideMany(number);
  }
  const cutOff = answers.slice(atOnce);
  expect(
    cutOff.filter(({ marks, guard }) => guard === 'local' && marks?.includes('guard_local')).length,
  ).toBe(cutOff.filter(({ reason }) => reason === undefined || reason === 'offline_limit').length);
  expect((await validator.status()).journal.unsent).toBe(taps);

  const backAt = performance.now();
  city.state.isUp = true;
  await redis.start();
  await eventually(async () => (await validator.status()).journal.unsent === 0, 600);
  const seconds = (performance.now() - backAt) / 1000;
  await eventually(async () => (await validator.status()).guard === 'redis', 60);
  clock.advance(hourMilliseconds);
  const today = serviceDayAt(clock.nowMilliseconds() / 1000, hanoiCalendar);
  await eventually(async () => {
    const { conditions, statusLists } = await validator.status();
    return conditions?.length === 0 && statusLists.some(({ serviceDay }) => serviceDay === today);
  }, 60);
  await rideMany(0);
  // A Redis that was just started says so; nothing else is marked.
  const after = answers.slice(-atOnce).map(({ outcome, guard, marks }) => ({
    outcome,
    guard,
    marks: marks?.filter((mark) => mark !== 'claims_forgotten') ?? [],
  }));
  expect(after).toEqual(
    Array.from({ length: atOnce }, () => ({ outcome: 'accepted', guard: 'redis', marks: [] })),
  );
  await eventually(async () => (await validator.status()).journal.unsent === 0, 60);

  // Once each, in order, and as it was answered; the city refuses gaps and broken chains.
  const sorted = (all: readonly Pick<TapAnswer, 'tapId' | 'outcome' | 'reason'>[]) =>
    all.map(({ tapId, outcome, reason }) => `${tapId} ${outcome} ${reason}`).toSorted();
  expect(sorted(city.state.taps)).toEqual(sorted(answers));
  const limited = expectLimitsKept(city.state.taps, gateRides);
  expect(limited.refused).toBeGreaterThan(0);
  report(
    'F12',
    [
      `cut off for ${span}: ${taps} taps`,
      `${limited.let} let through by a class that allows ${gateRides} rides in an hour and ${cardRides} of a card, ${limited.refused} refused`,
      `all delivered once ${seconds.toFixed(1)} s after the network was back`,
    ].join('; '),
  );
  await validator.stop();
  await redis.remove();
  await city.stop();
});
