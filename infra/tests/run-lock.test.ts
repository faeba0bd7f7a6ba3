/** One run per data folder; what a killed run left is ended by the next, and nothing else is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processStartTime } from '../src/process-table.ts';
import { takeRunLock } from '../src/run-lock.ts';

const addresses = ['http://localhost:8080'];
let folder: string;
let said: string[];

beforeEach(() => {
  folder = makeTemporaryFolder();
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function take() {
  return takeRunLock(folder, addresses, (line) => said.push(line));
}

/** What a run that was killed has left in the folder: a record with one child. */
function leaveRecord(child: { pid: number; startedAt: string | undefined }): void {
  const gone = { name: 'npm start', pid: 2 ** 22 + 1, startedAt: '1', addresses };
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ ...gone, children: [{ name: 'Redis', ...child }] }),
  );
}

it('refuses a second run and says where the first one is', async () => {
  const lock = await take();
  await expect(take()).rejects.toThrow(
    `Vedong is already running from this folder, as process ${process.pid}, at http://localhost:8080`,
  );
  lock.release();
  (await take()).release();
});

it('ends the child of a killed run', async () => {
  const child = spawn('sleep', ['60']);
  leaveRecord({ pid: child.pid!, startedAt: processStartTime(child.pid!) });
  const ended = once(child, 'exit');
  (await take()).release();
  expect((await ended)[1]).toBe('SIGINT');
  expect(said).toEqual([`Stopping Redis (process ${child.pid}), left by an earlier run that was killed.`]);
});

it('leaves a process alone that only has the id of an earlier child', async () => {
  const stranger = spawn('sleep', ['60']);
  leaveRecord({ pid: stranger.pid!, startedAt: 'another time' });
  (await take()).release();
  expect(said).toEqual([]);
  expect(stranger.kill()).toBe(true);
});
