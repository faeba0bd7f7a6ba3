import type { TapAnswer } from '@vedong/contracts';
import { ApiError } from '@vedong/contracts/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answerShownMilliseconds, createScanDesk, type ScanResult } from './scan-desk.ts';

const accepted: TapAnswer = {
  tapId: '0193574e-1111-7000-8000-000000000001',
  outcome: 'accepted',
  guard: 'redis',
  gate: '2A-01-in',
  at: '2026-11-23T01:14:00Z',
  repeat: false,
};
const refused: TapAnswer = { ...accepted, outcome: 'rejected', reason: 'stale' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A desk whose answers the test gives when it wants to. */
function openDesk() {
  const answers = new Map<string, (answer: TapAnswer | Error) => void>();
  const announced: ScanResult[] = [];
  const asked: string[] = [];
  const desk = createScanDesk({
    ask: (ticket) =>
      new Promise((resolve, reject) => {
        asked.push(ticket);
        answers.set(ticket, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
    announce: (result) => announced.push(result),
  });
  return { ...desk, answers, announced, asked };
}

it('shows an answer with its sound, then is idle again', async () => {
  const desk = openDesk();
  const scan = desk.scan('VD1:A');
  expect(desk.moment.value.kind).toBe('asking');
  desk.answers.get('VD1:A')?.(refused);
  expect(await scan).toBe('rejected');
  expect(desk.moment.value).toEqual({ kind: 'answer', answer: refused });
  expect(desk.announced).toEqual(['rejected']);
  vi.advanceTimersByTime(answerShownMilliseconds);
  expect(desk.moment.value.kind).toBe('idle');
});

it('lets the next scan interrupt, and keeps its answer as long as any', async () => {
  const desk = openDesk();
  const first = desk.scan('VD1:A');
  desk.answers.get('VD1:A')?.(refused);
  await first;
  vi.advanceTimersByTime(answerShownMilliseconds - 1);
  const second = desk.scan('VD1:B');
  desk.answers.get('VD1:B')?.(accepted);
  await second;
  vi.advanceTimersByTime(answerShownMilliseconds - 1);
  expect(desk.moment.value).toEqual({ kind: 'answer', answer: accepted });
});

it('never shows the late answer of an older scan', async () => {
  const desk = openDesk();
  const older = desk.scan('VD1:A');
  const newer = desk.scan('VD1:B');
  desk.answers.get('VD1:B')?.(refused);
  await newer;
  desk.answers.get('VD1:A')?.(accepted);
  expect(await older).toBe('accepted');
  expect(desk.moment.value).toEqual({ kind: 'answer', answer: refused });
  expect(desk.announced).toEqual(['rejected']);
});

it('asks once about a text that is read twice while it waits', async () => {
  const desk = openDesk();
  void desk.scan('VD1:A');
  expect(await desk.scan('VD1:A')).toBeNull();
  expect(desk.asked).toEqual(['VD1:A']);
});

it('shows trouble, not a verdict, when nobody judged the scan', async () => {
  const desk = openDesk();
  const scan = desk.scan('VD1:A');
  desk.answers.get('VD1:A')?.(new ApiError(0, 'no_answer', 'fetch failed'));
  expect(await scan).toBe('unanswered');
  expect(desk.moment.value).toEqual({ kind: 'trouble', code: 'no_answer' });
});
