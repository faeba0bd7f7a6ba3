/** F16: a machine whose clock is off, jumps or was never set: no false refusal inside tolerance, no expired ticket. */
import type { TapAnswer } from '@vedong/contracts';
import { standardGateClass } from '@vedong/travel';
import { simulateClock, type SimulatedClock } from '@vedong/testing/clock';
import { slotAt } from '@vedong/ticket';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from '../test-city.ts';
import { eventually, startReadyValidator, startValidator, type TestValidator } from '../test-validator.ts';

const trueStart = '2026-11-23T08:00:00+07:00';
const hour = 3_600_000;

let truth: SimulatedClock;
let machine: SimulatedClock;
let city: TestCity;
let validator: TestValidator;

beforeEach(async () => {
  truth = simulateClock(trueStart);
  city = await startTestCity(() => Math.floor(truth.nowMilliseconds() / 1000));
});
afterEach(async () => {
  await validator.stop();
  await city.stop();
});

const setMachine = (offsetMilliseconds: number): void => {
  machine = simulateClock(truth.nowMilliseconds() + offsetMilliseconds);
};
const pass = (milliseconds: number): void => {
  truth.advance(milliseconds);
  machine.advance(milliseconds);
};
const slotNow = () => slotAt(truth.nowMilliseconds() / 1000);

/** Good tickets of this slot and the two beside it, and ones that ended 75 s to an hour ago. */
async function tapGoodAndOld(): Promise<{ good: TapAnswer[]; old: TapAnswer[] }> {
  const tap = async (slots: number) => validator.tap(await city.ticket({ slot: slotNow() + slots }));
  const good = [await tap(0), await tap(-1)];
  const old = [await tap(-5), await tap(-20), await tap(-240)];
  return { good, old };
}
const accepted = (answers: readonly TapAnswer[]) => answers.filter(({ outcome }) => outcome === 'accepted');

it.each([5, -5, 30, -30, 300, -300, -3600])('F16: off by %i s, once told the time', async (seconds) => {
  setMachine(seconds * 1000);
  validator = await startReadyValidator({ city, clock: machine });
  await eventually(async () => (await validator.status()).clock?.state === 'trusted');
  const answers = await tapGoodAndOld();
  expect(accepted(answers.good)).toHaveLength(2);
  expect(accepted(answers.old)).toHaveLength(0);
  const { clock } = await validator.status();
  expect(Math.abs(clock!.offsetMilliseconds! - seconds * 1000)).toBeLessThan(2000);
  await eventually(() => city.state.reports.some((report) => report.clock.state === 'trusted'));
});

it('F16: set back an hour while it runs, with and without a network', async () => {
  setMachine(0);
  validator = await startReadyValidator({ city, clock: machine });
  await eventually(async () => (await validator.status()).clock?.state === 'trusted');
  for (const isUp of [true, false]) {
    city.state.isUp = isUp;
    machine.setNow(machine.nowMilliseconds() - hour);
    pass(30_000);
    const answers = await tapGoodAndOld();
    expect(accepted(answers.good)).toHaveLength(2);
    expect(accepted(answers.old)).toHaveLength(0);
  }
});

it.each([-hour, -30_000, 300_000])(
  'F16: starts without a network on a machine %i ms off: unsure, marked, and nothing from before its mark',
  async (offset) => {
    city.state.bundleLifetimeSeconds = 30 * 86_400;
    setMachine(0);
    validator = await startReadyValidator({ city, clock: machine });
    await eventually(async () => (await validator.status()).statusLists.length === 3);
    await eventually(async () => (await validator.status()).clock?.state === 'trusted');
    const old = await city.ticket({ slot: slotNow() - 3 });
    await validator.stop();
    city.state.isUp = false;
    truth.advance(1000);
    setMachine(offset);
    validator = await startValidator({ city, clock: machine, folder: validator.folder });
    expect((await validator.status()).clock).toMatchObject({ state: 'unsure', offsetMilliseconds: null });
    // The mark keeps even a clock that went back an hour from taking what had ended when it was last sure.
    expect(await validator.tap(old)).toMatchObject({ outcome: 'rejected', marks: ['clock_unsure'] });
    const fresh = await validator.tap(await city.ticket());
    expect(fresh.marks).toEqual(['clock_unsure']);
    expect(fresh.outcome).toBe(offset <= 0 ? 'accepted' : 'rejected');
    city.state.isUp = true;
    await eventually(async () => (await validator.status()).clock?.state === 'trusted', 30);
    pass(15_000);
    const now = await validator.tap(await city.ticket());
    expect(now).toMatchObject({ outcome: 'accepted' });
    expect(now).not.toHaveProperty('marks');
  },
);

it('F16: a class that closes says that the gate is at fault, whatever the unsure clock makes of the ticket', async () => {
  city.state.configuration = {
    ...city.state.configuration,
    gateClasses: [
      {
        ...standardGateClass,
        policies: { ...standardGateClass.policies, clock_unsure: 'closed' },
      },
    ],
  };
  city.state.bundleLifetimeSeconds = 30 * 86_400;
  setMachine(0);
  validator = await startReadyValidator({ city, clock: machine });
  await eventually(async () => (await validator.status()).statusLists.length === 3);
  await validator.stop();
  city.state.isUp = false;
  setMachine(300_000);
  validator = await startValidator({ city, clock: machine, folder: validator.folder });
  for (const slots of [0, -20]) {
    const ticket = await city.ticket({ slot: slotNow() + slots });
    expect(await validator.tap(ticket)).toMatchObject({ reason: 'gate_closed', marks: ['clock_unsure'] });
  }
});
