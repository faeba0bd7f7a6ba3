import { simulateClock } from '@vedong/testing/clock';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTrustedClock, toleranceMilliseconds, type TimeSource } from './trusted-clock.ts';

const trueStart = Date.parse('2026-11-23T08:00:00+07:00');
const hour = 3_600_000;

/** A machine whose clock is off, and the true time beside it. */
function startWith(offset: number, mark: number | null = null) {
  const truth = simulateClock(trueStart);
  const machine = simulateClock(trueStart + offset);
  const clock = createTrustedClock(machine, mark);
  const pass = (milliseconds: number): void => {
    truth.advance(milliseconds);
    machine.advance(milliseconds);
  };
  /** As a Date header says it: in whole seconds. */
  const tell = (source: TimeSource, lie = 0): void => {
    const askedAt = machine.monotonicMilliseconds();
    pass(20);
    const second = Math.floor((truth.nowMilliseconds() + lie) / 1000) * 1000;
    clock.take({
      source,
      earliestMilliseconds: second,
      latestMilliseconds: second + 1000,
      askedAt,
      answeredAt: machine.monotonicMilliseconds(),
    });
  };
  const error = () => Math.abs(clock.nowMilliseconds() - truth.nowMilliseconds());
  return { clock, machine, truth, pass, tell, error };
}

it.each([0, 5, -5, 30, -30, 300, -300, -3600, 86_400 * 365])(
  'is right once told, on a machine that is %i s off, and says by how much',
  (seconds) => {
    const { clock, tell, error } = startWith(seconds * 1000);
    expect(clock.isUnsure()).toBe(true);
    expect(clock.report()).toEqual({ state: 'unsure', offsetMilliseconds: null, ageSeconds: null });
    tell('issuer');
    expect(clock.isUnsure()).toBe(false);
    expect(error()).toBeLessThanOrEqual(1020);
    const { offsetMilliseconds } = clock.report();
    expect(Math.abs(offsetMilliseconds! - seconds * 1000)).toBeLessThanOrEqual(1020);
  },
);

it('does not notice that somebody sets the machine’s clock back or forward an hour', () => {
  const { clock, machine, tell, error, pass } = startWith(0);
  tell('issuer');
  for (const jump of [-hour, hour]) {
    machine.setNow(trueStart + jump);
    expect(error()).toBeLessThanOrEqual(1020);
    pass(hour);
    tell('operator');
    expect(clock.isUnsure()).toBe(false);
    expect(error()).toBeLessThanOrEqual(1020);
  }
});

it('is sure for a day without a network, and not for two', () => {
  const { clock, tell, pass } = startWith(0);
  tell('issuer');
  pass(24 * hour);
  expect(clock.report()).toEqual({ state: 'trusted', offsetMilliseconds: 0, ageSeconds: 86_400 });
  pass(24 * hour);
  expect(clock.isUnsure()).toBe(true);
  tell('issuer');
  expect(clock.isUnsure()).toBe(false);
});

it('starts no earlier than the mark of its last run, and stays unsure until told', () => {
  const { clock, pass, tell, error } = startWith(-hour, trueStart - 1000);
  expect(clock.nowMilliseconds()).toBe(trueStart - 1000);
  pass(60_000);
  expect(clock.nowMilliseconds()).toBe(trueStart + 59_000);
  expect(clock.isUnsure()).toBe(true);
  expect(clock.highWaterMilliseconds()).toBeNull();
  tell('operator');
  expect(clock.isUnsure()).toBe(false);
  expect(error()).toBeLessThanOrEqual(1020);
  expect(clock.highWaterMilliseconds()).toBe(clock.nowMilliseconds());
});

it('believes nobody who says it is earlier than what was sure or signed', () => {
  const { clock, tell } = startWith(0, trueStart);
  tell('issuer', -hour);
  expect(clock.isUnsure()).toBe(true);
  expect(clock.nowMilliseconds()).toBeGreaterThanOrEqual(trueStart);
  tell('issuer');
  expect(clock.isUnsure()).toBe(false);
  clock.notBefore(trueStart + hour);
  expect(clock.isUnsure()).toBe(true);
  expect(clock.nowMilliseconds()).toBeGreaterThanOrEqual(trueStart + hour);
});

it('is unsure while two contradict each other, and goes on by what it knew', () => {
  const { clock, tell, error } = startWith(0);
  tell('issuer');
  tell('operator', 120_000);
  expect(clock.isUnsure()).toBe(true);
  expect(error()).toBeLessThanOrEqual(1020);
  tell('operator');
  expect(clock.isUnsure()).toBe(false);
});

it('follows both when they agree against it, as after a sleep in which no clock ran', () => {
  const { clock, tell, truth, error } = startWith(0);
  tell('issuer');
  truth.advance(hour);
  tell('issuer');
  expect(clock.isUnsure()).toBe(true);
  tell('operator');
  expect(clock.isUnsure()).toBe(false);
  expect(error()).toBeLessThanOrEqual(1020);
});

it('takes no answer that was long under way', () => {
  const { clock } = startWith(0);
  const earliestMilliseconds = trueStart;
  const latestMilliseconds = trueStart + 1000;
  clock.take({ source: 'issuer', earliestMilliseconds, latestMilliseconds, askedAt: 0, answeredAt: 5000 });
  expect(clock.isUnsure()).toBe(true);
});

it('is within its tolerance whenever it says it is sure, whatever happens to the machine', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 50_000 }) }),
    fc.record({ kind: fc.constant('jump' as const), seconds: fc.integer({ min: -7200, max: 7200 }) }),
    fc.record({ kind: fc.constant('tell' as const), source: fc.constantFrom('issuer', 'operator' as const) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), fc.integer({ min: -400, max: 400 }), (events, offset) => {
      const { clock, machine, pass, tell, error } = startWith(offset * 1000, trueStart - 60_000);
      let latest = 0;
      for (const what of events) {
        if (what.kind === 'pass') pass(what.seconds * 1000);
        else if (what.kind === 'jump') machine.setNow(machine.nowMilliseconds() + what.seconds * 1000);
        else tell(what.source);
        if (!clock.isUnsure()) expect(error()).toBeLessThanOrEqual(toleranceMilliseconds);
        const mark = clock.highWaterMilliseconds();
        if (mark !== null) {
          expect(mark).toBeGreaterThanOrEqual(latest - 1020);
          latest = mark;
        }
      }
    }),
  );
});
