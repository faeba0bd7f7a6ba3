/** The validator this page came from: taps, and its status every few seconds. */
import { signal } from '@preact/signals';
import type { TapAnswer, ValidatorApi } from '@vedong/contracts';
import { createClient } from '@vedong/contracts/client';
import type { StatusReading } from './gate-health.ts';

const statusEveryMilliseconds = 3000;

/** A rider does not wait longer; the scan may be repeated, the validator knows it. */
const call = createClient<ValidatorApi>('', { timeoutMilliseconds: 3000 });

export const reading = signal<StatusReading & { readAt: number }>({
  status: null,
  isAnswering: null,
  readAt: 0,
});

/** Throws ApiError. */
export const postTap = (gate: string, ticket: string): Promise<TapAnswer> =>
  call('POST /v1/taps', { body: { gate, ticket, scannedAt: new Date().toISOString() } });

/** What the gate is to display now. Throws ApiError. */
export const postChallenge = (gate: string): Promise<{ text: string; expiresInSeconds: number }> =>
  call('POST /v1/challenges', { body: { gate } });

/** Reads the status for as long as the page is open. */
export async function followStatus(): Promise<never> {
  for (;;) {
    const status = await call('GET /v1/status').catch(() => null);
    reading.value = {
      status: status ?? reading.value.status,
      isAnswering: status !== null,
      readAt: performance.now(),
    };
    await new Promise((resolve) => setTimeout(resolve, statusEveryMilliseconds));
  }
}
