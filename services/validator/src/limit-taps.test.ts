import { expect, it } from 'vitest';
import { limitTaps } from './limit-taps.ts';

it('refuses the tap above its limit, unseen, and takes taps again once one has ended, however it ended', async () => {
  const ends: ((isWell: boolean) => void)[] = [];
  const judge = limitTaps(
    (_scan: number) =>
      new Promise<string>((resolve, reject) => {
        ends.push((isWell) => (isWell ? resolve('judged') : reject(new Error('disk'))));
      }),
    3,
  );
  const underWay = Array.from({ length: 3 }, (_, index) => judge(index));
  const overloaded = { status: 503, code: 'overloaded', details: { retryAfterSeconds: 1 } };
  await expect(judge(-1)).rejects.toMatchObject(overloaded);
  expect(ends).toHaveLength(3);
  ends[0]!(true);
  ends[1]!(false);
  await expect(underWay[0]).resolves.toBe('judged');
  await expect(underWay[1]).rejects.toThrow('disk');
  underWay.push(judge(-2), judge(-3));
  await expect(judge(-4)).rejects.toMatchObject(overloaded);
  for (const end of ends) end(true);
  await Promise.allSettled(underWay);
});
