import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clockAfterReload,
  clockAfterSleep,
  clockAgeSecondsAt,
  clockFromAnswer,
  issuerTimeAt,
} from './code-clock.ts';

const noon = Date.UTC(2026, 10, 23, 5);

describe('while the page is open', () => {
  const sent = { device: 1_000, monotonic: 100 };
  const clock = clockFromAnswer(noon, sent, { device: 1_400, monotonic: 500 });

  test('half of the way there and back has passed since the issuer looked at its clock', () => {
    expect(issuerTimeAt(clock, { device: 1_400, monotonic: 500 })).toBe(noon + 200);
  });

  test('setting the phone’s clock changes nothing, however far', () => {
    fc.assert(
      fc.property(fc.integer(), (device) => {
        const now = { device, monotonic: 500 + 60_000 };
        expect(issuerTimeAt(clock, now)).toBe(noon + 200 + 60_000);
        expect(clockAgeSecondsAt(clock, now)).toBe(60);
      }),
    );
  });
});

describe('after a reload without a network', () => {
  const kept = { issuer: noon, device: 9_000_000 };

  test('time goes on by the phone’s clock, which may be wrong as long as it runs', () => {
    const now = { device: kept.device + 3_600_000, monotonic: 40 };
    const clock = clockAfterReload(kept, now);
    expect(issuerTimeAt(clock, now)).toBe(noon + 3_600_000);
    expect(clockAgeSecondsAt(clock, now)).toBe(3600);
  });

  test('a phone clock that was set back leaves the age unknown, also later on', () => {
    const clock = clockAfterReload(kept, { device: kept.device - 1, monotonic: 40 });
    const later = { device: 0, monotonic: 90_000 };
    expect(clockAgeSecondsAt(clock, later)).toBeNull();
    expect(clockAgeSecondsAt(clockAfterSleep(clock, later), later)).toBeNull();
  });
});

describe('after sleep', () => {
  const set = { device: 5_000_000, monotonic: 1_000 };
  const clock = clockFromAnswer(noon, set, set);

  test('a monotonic clock that stood still is helped by the phone’s clock', () => {
    const now = { device: set.device + 7_200_000, monotonic: set.monotonic + 3_000 };
    const woken = clockAfterSleep(clock, now);
    expect(issuerTimeAt(woken, now)).toBe(noon + 7_200_000);
    expect(clockAgeSecondsAt(woken, now)).toBe(7200);
  });

  test('a phone clock that was set back is not believed', () => {
    const now = { device: 0, monotonic: set.monotonic + 3_000 };
    expect(issuerTimeAt(clockAfterSleep(clock, now), now)).toBe(noon + 3_000);
  });
});
