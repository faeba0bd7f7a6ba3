import { serve } from '@vedong/testing/http';
import { expect, it } from 'vitest';
import { limitTaps, refuseWhenFull } from './limit-taps.ts';

/** A judge whose taps end when they are told to. */
function openJudge(most: number) {
  const ends: ((isWell: boolean) => void)[] = [];
  const limited = limitTaps(
    (_scan: number) =>
      new Promise<string>((resolve, reject) => {
        ends.push((isWell) => (isWell ? resolve('judged') : reject(new Error('disk'))));
      }),
    most,
  );
  return { ends, ...limited };
}

it('refuses the tap above its limit, unseen, and takes taps again once one has ended, however it ended', async () => {
  const { ends, judge, isFull } = openJudge(3);
  const underWay = Array.from({ length: 3 }, (_, index) => judge(index));
  const overloaded = { status: 503, code: 'overloaded', details: { retryAfterSeconds: 1 } };
  await expect(judge(-1)).rejects.toMatchObject(overloaded);
  expect(ends).toHaveLength(3);
  ends[0]!(true);
  ends[1]!(false);
  await expect(underWay[0]).resolves.toBe('judged');
  await expect(underWay[1]).rejects.toThrow('disk');
  expect(isFull()).toBe(false);
  underWay.push(judge(-2), judge(-3));
  await expect(judge(-4)).rejects.toMatchObject(overloaded);
  for (const end of ends) end(true);
  await Promise.allSettled(underWay);
});

it('refuses what is posted while full before its body is read, and serves everything else', async () => {
  let isFull = true;
  let refused = 0;
  const server = await serve(
    refuseWhenFull(
      (_request, response) => void response.end('served'),
      () => isFull,
      () => (refused += 1),
    ),
  );
  // More than a connection holds: an answer comes although nobody reads it.
  const post = () => fetch(server.url, { method: 'POST', body: 'x'.repeat(10_000) });
  const refusal = await post();
  expect(refusal.status).toBe(503);
  expect(refusal.headers.get('retry-after')).toBe('1');
  expect(refusal.headers.get('content-type')).toContain('application/problem+json');
  expect(await refusal.json()).toMatchObject({
    code: 'overloaded',
    requestId: refusal.headers.get('x-request-id'),
  });
  expect(await (await fetch(server.url)).text()).toBe('served');
  isFull = false;
  expect(await (await post()).text()).toBe('served');
  expect(refused).toBe(1);
  await server.stop();
});
