/** The challenge of the gate in front of the rider, which the next codes answer for a minute. */
import { signal } from '@preact/signals';
import { nowSeconds } from './phone.ts';

/** As long as a gate takes it. */
const lifetimeMilliseconds = 60_000;

const scanned = signal<{ challenge: string; at: number } | null>(null);

/** @param challenge 16 hex digits */
export function keepChallenge(challenge: string): void {
  scanned.value = { challenge, at: performance.now() };
}

/** Null where none was scanned, or not lately; a component that asks is drawn anew each second. */
export function challengeNow(): string | null {
  void nowSeconds.value;
  const kept = scanned.value;
  return kept && performance.now() - kept.at < lifetimeMilliseconds ? kept.challenge : null;
}
