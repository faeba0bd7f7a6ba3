/** Two validators that share a Redis, the list of every answer they gave, and what their journals say afterwards. */
import type { TapAnswer } from '@vedong/contracts';
import type { Tap } from '@vedong/travel';
import { expect } from 'vitest';
import { startTestCity, type TestCity } from '../test-city.ts';
import { eventually, newFolder, runProgram, waitForProgram, type Program } from '../test-validator.ts';

/** FAULTS=long: the numbers of targets.md; else as many as a test run has time for. */
export const isLong = process.env['FAULTS'] === 'long';

/** The figure for the README's table. */
export const report = (fault: string, figure: string): void => {
  process.stdout.write(`${fault}: ${figure}\n`);
};

/** One answer, by the ticket that was shown. */
export interface Given {
  ticket: string;
  /** 0 or 1. */
  at: number;
  answer: TapAnswer;
  milliseconds: number;
  /** When it was given, by the monotonic clock. */
  givenAt: number;
}

export interface TwoValidators {
  city: TestCity;
  programs: Program[];
  /** Every answer so far. */
  given: Given[];
  /** Shows a ticket at one of the two and keeps the answer. */
  show: (ticket: string, at: number, gate?: string) => Promise<TapAnswer>;
  guards: () => Promise<string[]>;
  /** Every tap that either journal delivered, once all have been. */
  delivered: () => Promise<Tap[]>;
  stop: () => Promise<void>;
}

/** Real programs with a journal each; each has an operator of its own, both believe one issuer. */
export async function startTwoValidators(redisUrls: [string, string], env: Record<string, string> = {}) {
  const city = await startTestCity();
  const otherCity = await startTestCity(undefined, city.keys);
  const cities = [city, otherCity];
  const programs = cities.map((one, at) =>
    runProgram({ city: one, folder: newFolder(), env: { REDIS_URL: redisUrls[at], ...env } }),
  );
  const calls = await Promise.all(programs.map(waitForProgram));
  const given: Given[] = [];
  const two: TwoValidators = {
    city,
    programs,
    given,
    // Each has a gate of its own, as both have the same name at their operators.
    async show(ticket, at, gate = ['2A-01-in', '2A-02-in'][at]) {
      const askedAt = performance.now();
      const answer = await calls[at]!.tap(ticket, gate);
      const givenAt = performance.now();
      given.push({ ticket, at, answer, milliseconds: givenAt - askedAt, givenAt });
      return answer;
    },
    guards: () => Promise.all(calls.map(async (call) => (await call.status()).guard)),
    async delivered() {
      for (const call of calls) await eventually(async () => (await call.status()).journal.unsent === 0, 30);
      return cities.flatMap(({ state }) => state.taps);
    },
    async stop() {
      for (const program of programs) {
        program.process.kill('SIGTERM');
        await program.ended;
      }
      for (const one of cities) await one.stop();
    },
  };
  await eventually(async () => (await two.guards()).every((guard) => guard === 'redis'), 30);
  return two;
}

/** I1: every answer stands in a journal, once, and says the same there. */
export function expectNothingLost(given: readonly Given[], delivered: readonly Tap[]): void {
  const taps = new Map(delivered.map((tap) => [tap.tapId, tap]));
  expect(taps.size).toBe(delivered.length);
  for (const { answer } of given) {
    const { outcome, guard, reason } = taps.get(answer.tapId) ?? {};
    expect({ outcome, guard, reason }).toEqual({
      outcome: answer.outcome,
      guard: answer.guard,
      reason: answer.reason,
    });
  }
}

/** Tickets that more than one tap was accepted for, by the answers. */
export function listDoubleAccepts(given: readonly Given[]): Given[][] {
  const accepted = given.filter(({ answer }) => answer.outcome === 'accepted' && !answer.repeat);
  return [...Map.groupBy(accepted, ({ ticket }) => ticket).values()].filter((taps) => taps.length > 1);
}

/** The same from the journals alone, as the operator finds them: by card and slot. */
export function listDoublesInJournals(delivered: readonly Tap[]): string[][] {
  const accepted = delivered.filter(({ outcome }) => outcome === 'accepted');
  const bySlot = Map.groupBy(
    accepted,
    ({ ticket }) => `${ticket!.issuer}.${ticket!.cardRef} ${ticket!.slot}`,
  );
  return [...bySlot.values()].filter((taps) => taps.length > 1).map((taps) => taps.map(({ tapId }) => tapId));
}

/** Every double accept by the answers is found by the journals, and no other. */
export function expectDoublesFound(doubles: readonly Given[][], delivered: readonly Tap[]): void {
  const names = (tapIds: string[]) => tapIds.toSorted().join(' ');
  const byAnswers = doubles.map((taps) => names(taps.map(({ answer }) => answer.tapId)));
  expect(listDoublesInJournals(delivered).map(names).toSorted()).toEqual(byAnswers.toSorted());
}

/** `p50 3, p99 40, slowest 61 ms` of the answers between two moments. */
export function describeTimes(given: readonly Given[], from: number, to: number): string {
  const times = given
    .filter(({ givenAt }) => givenAt > from && givenAt <= to)
    .map(({ milliseconds }) => milliseconds);
  const sorted = times.toSorted((one, other) => one - other);
  const share = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  return `p50 ${share(0.5)}, p99 ${share(0.99)}, slowest ${share(1)} ms (${sorted.length} answers)`;
}

export interface LoadPlan {
  tapsPerSecond: number;
  /** Every so many tickets is shown at the other validator too, at once or so many milliseconds later. */
  copyEvery: number;
  copyAfterMilliseconds: number;
}

/** Open loop: whether answers come or not, riders do. Resolves once every answer is there. */
export async function load(two: TwoValidators, plan: LoadPlan, during: () => Promise<void>): Promise<void> {
  const open = new Set<Promise<unknown>>();
  const keep = (answer: Promise<unknown>) => {
    open.add(answer);
    void answer.finally(() => open.delete(answer)).catch(() => {});
  };
  let number = 0;
  const timer = setInterval(() => {
    number += 1;
    const at = number % 2;
    const isCopied = number % plan.copyEvery === 0;
    const ride = async (): Promise<void> => {
      const ticket = await two.city.ticket();
      await two.show(ticket, at);
      if (!isCopied) return;
      await new Promise((resolve) => setTimeout(resolve, plan.copyAfterMilliseconds));
      await two.show(ticket, 1 - at);
    };
    keep(ride());
  }, 1000 / plan.tapsPerSecond);
  try {
    await during();
  } finally {
    clearInterval(timer);
  }
  await Promise.all(open);
}
