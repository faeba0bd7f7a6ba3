import { expect, it } from 'vitest';
import { createLimitedRides } from './limited-rides.ts';

function withClock() {
  const clock = { now: 0 };
  return { clock, rides: createLimitedRides(() => clock.now) };
}
const ride = { card: '1.aa', gateId: 'g1', value: 8000 };

it('counts rides and values per card over all gates, and per gate over all cards', () => {
  const { rides } = withClock();
  rides.add(ride);
  rides.add({ ...ride, gateId: 'g2', value: 9000 });
  rides.add({ ...ride, card: '1.bb' });
  expect(rides.usedBy('1.aa', 'g1')).toEqual({
    card: { rides: 2, value: 17_000 },
    gate: { rides: 2, value: 16_000 },
  });
});

it('forgets a ride after an hour, and what was not recorded at once', () => {
  const { clock, rides } = withClock();
  rides.add(ride);
  clock.now = 1_800_000;
  const takeOut = rides.add(ride);
  takeOut();
  takeOut();
  expect(rides.usedBy('1.aa', 'g1').card.rides).toBe(1);
  rides.add(ride);
  clock.now = 3_600_000;
  expect(rides.usedBy('1.aa', 'g1').card.rides).toBe(1);
  clock.now = 5_400_000;
  expect(rides.usedBy('1.aa', 'g1').card).toEqual({ rides: 0, value: 0 });
});

it('goes on after a restart with the age of each ride; one from the future is of now', () => {
  const { clock, rides } = withClock();
  rides.add(ride, 3_000_000);
  rides.add(ride, -50_000);
  clock.now = 600_000;
  expect(rides.usedBy('1.aa', 'g1').card.rides).toBe(1);
});

it('keeps its totals through many thousand rides', () => {
  const { clock, rides } = withClock();
  for (let index = 0; index < 5000; index += 1) {
    clock.now += 3000;
    rides.add(ride);
  }
  expect(rides.usedBy('1.aa', 'g1').gate.rides).toBe(1200);
});
