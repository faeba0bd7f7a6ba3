/** The helpers themselves: a database per file, a Redis that can be stopped, paused and started again. */
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from '../src/postgres.ts';
import { sharedRedis, startTestRedis } from '../src/redis.ts';

it('gives each caller a migrated database of its own and drops it', async () => {
  const migrate = (url: string) => query(url, 'create table taps (id int)');
  const [first, second] = await Promise.all([createTestDatabase(migrate), createTestDatabase(migrate)]);
  await query(first.url, 'insert into taps values (1)');
  expect(await query(second.url, 'select * from taps')).toEqual([]);
  await Promise.all([first.drop(), second.drop()]);
  await expect(query(first.url, 'select 1')).rejects.toThrow(/does not exist/);
});

it('lets nobody into the cluster without the password', async () => {
  const url = new URL(inject('postgresUrl'));
  url.password = 'wrong';
  await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
});

it('keeps the key prefixes of the shared Redis apart', () => {
  expect(sharedRedis().keyPrefix).not.toBe(sharedRedis().keyPrefix);
});

it('stops, starts and pauses a Redis of its own on one address', async () => {
  const server = await startTestRedis();
  expect(await answers(server.url)).toBe(true);
  await server.stop();
  expect(await answers(server.url)).toBe(false);
  await server.start();
  expect(await answers(server.url)).toBe(true);
  await server.pause();
  expect(await answers(server.url)).toBe(false);
  await server.resume();
  expect(await answers(server.url)).toBe(true);
  await server.remove();
  expect(await answers(server.url)).toBe(false);
});

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, commandTimeout: 500, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
