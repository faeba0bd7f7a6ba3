/** Redis over TLS: its certificate must come from an authority that the validator trusts. */
import { startTestTlsRedis } from '@vedong/testing/redis-groups';
import { expect, it } from 'vitest';
import { startTestCity } from './test-city.ts';
import { eventually, newFolder, runProgram, waitForProgram } from './test-validator.ts';

it('is asked where its authority is trusted, and left alone with the reason in the log where not', async () => {
  const city = await startTestCity();
  const redis = await startTestTlsRedis();
  const folder = newFolder();
  const start = async (env: Record<string, string>) => {
    const program = runProgram({ city, folder, env: { REDIS_URL: redis.url, ...env } });
    return { ...program, ...(await waitForProgram(program)) };
  };
  const stop = async ({ process, ended }: Awaited<ReturnType<typeof start>>) => {
    process.kill('SIGTERM');
    expect(await ended).toBe(0);
  };

  const trusting = await start({ NODE_EXTRA_CA_CERTS: redis.authorityFile });
  await eventually(async () => (await trusting.status()).guard === 'redis', 30);
  expect(await trusting.tap(await city.ticket())).toMatchObject({ outcome: 'accepted', guard: 'redis' });
  await stop(trusting);

  const stranger = await start({});
  expect(await stranger.tap(await city.ticket())).toMatchObject({ outcome: 'accepted', guard: 'local' });
  expect(stranger.output()).toMatch(/certificate.*Redis is out|Redis is out.*certificate/);
  await stop(stranger);
  await redis.remove();
  await city.stop();
});
