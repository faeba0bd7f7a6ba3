/** PostgreSQL as npm start runs it: in a folder closed to its account, after killed runs, and dying with its starter. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureDatabase } from '../src/databases.ts';
import { startPostgres, type PostgresServer } from '../src/postgres.ts';
import { commandLineOf } from '../src/process-table.ts';
import { projectRoot } from '../src/project.ts';

let parent: string;
let started: PostgresServer[];

beforeEach(() => {
  parent = makeTemporaryFolder();
  chmodSync(parent, 0o700); // as root, PostgreSQL's account cannot enter this
  started = [];
});

afterEach(async () => {
  for (const server of started) await server.stop();
  for (const folder of new Set([parent, ...started.map((server) => server.folder)]))
    rmSync(folder, { recursive: true, force: true });
});

async function start(throwaway = true): Promise<PostgresServer> {
  const server = await startPostgres({ folder: join(parent, 'postgres'), throwaway });
  started.push(server);
  return server;
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

it('starts in a folder that only we can enter, and keeps its data between starts', async () => {
  const first = await start();
  await query(first.urlOf('postgres'), 'create table kept as select 1 as id');
  await first.stop();
  const second = await start();
  expect(second.folder).toBe(first.folder);
  expect(await query(second.urlOf('postgres'), 'select id from kept')).toEqual([{ id: 1 }]);
  expect(statSync(join(second.folder, 'password')).mode & 0o777).toBe(0o600);
});

it('stops the server that a killed run left on the same data, and takes its place', async () => {
  const left = await start();
  await query(left.urlOf('postgres'), 'create table kept as select 1 as id');
  const server = await start();
  expect(commandLineOf(left.pid)).toBeUndefined();
  expect(await query(server.urlOf('postgres'), 'select id from kept')).toEqual([{ id: 1 }]);
});

it('keeps what was committed when the server is killed', async () => {
  const killed = await start(false);
  await query(killed.urlOf('postgres'), 'create table kept as select 1 as id');
  await killed.kill('SIGKILL');
  const server = await start();
  expect(await query(server.urlOf('postgres'), 'select id from kept')).toEqual([{ id: 1 }]);
});

it('leaves a program alone that has got the process id of an earlier server', async () => {
  const earlier = await start();
  await earlier.stop();
  writeFileSync(join(earlier.folder, 'cluster/postmaster.pid'), `${process.pid}\n`);
  const server = await start();
  expect(await query(server.urlOf('postgres'), 'select 1 as id')).toEqual([{ id: 1 }]);
});

it('ends when the program that started it is killed', async () => {
  const script = `
    import { startPostgres } from ${JSON.stringify(join(projectRoot, 'infra/src/postgres.ts'))};
    const server = await startPostgres({ folder: ${JSON.stringify(join(parent, 'postgres'))}, throwaway: true });
    console.log(JSON.stringify({ pid: server.pid, folder: server.folder }));
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  const { pid, folder } = JSON.parse(line) as { pid: number; folder: string };
  starter.kill('SIGKILL');
  await expect.poll(() => commandLineOf(pid), { timeout: 10_000 }).toBeUndefined();
  rmSync(folder, { recursive: true, force: true });
});

it('keeps one service from reading the database of another', async () => {
  const server = await start();
  const issuer = await ensureDatabase(server, 'issuer', 'secret-1');
  await ensureDatabase(server, 'operator', 'secret-2');
  const again = await ensureDatabase(server, 'operator', 'secret-3');
  expect(await query(issuer, 'select current_user as role')).toEqual([{ role: 'issuer' }]);
  expect(await query(again, 'select current_user as role')).toEqual([{ role: 'operator' }]);
  const trespass = again.replace(/\/operator$/, '/issuer');
  await expect(query(trespass, 'select 1')).rejects.toThrow(/permission denied for database "issuer"/);
});
