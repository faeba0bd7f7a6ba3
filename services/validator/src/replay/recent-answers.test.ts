import { repeatWindowSeconds } from '@vedong/ticket';
import { expect, it } from 'vitest';
import { createRecentAnswers } from './recent-answers.ts';

it('keeps an answer for longer than a repeat may take, and then lets it go', async () => {
  let now = 0;
  const answers = createRecentAnswers<string>(() => now);
  answers.add('tap-1', Promise.resolve('first'));
  now = repeatWindowSeconds + 1;
  expect(await answers.find('tap-1')).toBe('first');
  now = 2 * repeatWindowSeconds + 1;
  answers.add('tap-2', Promise.resolve('second'));
  expect(answers.find('tap-1')).toBeUndefined();
});

it('forgets a failed answer at once', async () => {
  const answers = createRecentAnswers<string>(() => 0);
  const failing = Promise.reject(new Error('disk full'));
  answers.add('tap-1', failing);
  await expect(failing).rejects.toThrow('disk full');
  expect(answers.find('tap-1')).toBeUndefined();
});
