/** Starting: from disk without a network, and with things missing, torn, changed or in use. */
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '@vedong/runtime/config';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, newFolder, runProgram, startReadyValidator, startValidator } from './test-validator.ts';

let city: TestCity;
beforeEach(async () => {
  city = await startTestCity();
});
afterEach(() => city.stop());

/** A folder in which a validator has run and taken some taps. */
async function usedFolder(taps = 3): Promise<string> {
  const validator = await startReadyValidator({ city });
  await eventually(async () => (await validator.status()).statusLists.length === 3);
  for (let index = 0; index < taps; index += 1) await validator.tap(await city.ticket());
  await eventually(async () => (await validator.status()).journal.unsent === 0);
  await validator.stop();
  return validator.folder;
}

function inStore(folder: string, sql: string): void {
  const db = new DatabaseSync(join(folder, 'validator.sqlite'));
  db.exec(sql);
  db.close();
}

const start = (folder: string, env: Record<string, string> = {}) => startValidator({ city, folder, env });

it('starts without a network from what it has, and goes on where it was', async () => {
  const folder = await usedFolder();
  city.state.isUp = false;
  const validator = await start(folder, { ENROLMENT_CODE: 'no longer looked at' });
  expect(await validator.tap(await city.ticket())).toMatchObject({ outcome: 'accepted' });
  expect(await validator.status()).toMatchObject({
    trust: { version: 1 },
    journal: { lastSeq: 4, unsent: 1 },
  });
  expect((await validator.status()).statusLists).toHaveLength(3);
  await validator.stop();
});

it('keeps its key for itself', async () => {
  const folder = await usedFolder(0);
  expect(statSync(join(folder, 'validator-key.pem')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'validator.sqlite')).mode & 0o777).toBe(0o600);
});

it('never takes an older trust bundle, across a restart too', async () => {
  city.state.bundleVersion = 5;
  const folder = await usedFolder(0);
  city.state.bundleVersion = 4;
  const validator = await startReadyValidator({ city, folder });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await validator.status()).trust?.version).toBe(5);
  city.state.bundleVersion = 6;
  await eventually(async () => (await validator.status()).trust?.version === 6);
  await validator.stop();
});

it('does not use a kept bundle that was changed, nor an older one in its place', async () => {
  city.state.bundleVersion = 5;
  const folder = await usedFolder(0);
  inStore(folder, `update kept_copies set content = replace(content, '.', '.A') where name = 'trust-bundle'`);
  city.state.bundleVersion = 4;
  const validator = await start(folder);
  await expect(validator.tap('VD1:')).rejects.toMatchObject({ code: 'not_ready' });
  city.state.bundleVersion = 5;
  await eventually(async () => (await fetch(`${validator.url}/readyz`)).ok);
  await validator.stop();
});

it('says what to do when it is not enrolled and has no code', async () => {
  const program = runProgram({ city, folder: newFolder(), env: { ENROLMENT_CODE: undefined } });
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain('This validator is not enrolled.');
  expect(program.output()).not.toContain('    at ');
});

it('says why it is not ready when its code is wrong', async () => {
  const validator = await start(newFolder(), { ENROLMENT_CODE: 'WRONG' });
  expect(await (await fetch(`${validator.url}/readyz`)).json()).toMatchObject({
    reason: 'The validator is not enrolled at an operator yet.',
  });
  await validator.stop();
});

it('shares its folder with no other validator', async () => {
  const validator = await startReadyValidator({ city });
  const program = runProgram({ city, folder: validator.folder });
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain('Another validator is using this data folder');
  await validator.stop();
});

it('goes on from the last whole commit when the end of the log is torn off', async () => {
  const folder = newFolder();
  const program = runProgram({ city, folder });
  await eventually(() => program.output().includes('"port"'));
  const url = `http://127.0.0.1:${/"port":(\d+)/.exec(program.output())![1]}`;
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
  city.state.isUp = false;
  for (let index = 0; index < 5; index += 1) {
    const body = JSON.stringify({ gate: '2A-01-in', ticket: await city.ticket() });
    await fetch(`${url}/v1/taps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  }
  program.process.kill('SIGKILL');
  await program.ended;
  const log = join(folder, 'validator.sqlite-wal');
  truncateSync(log, statSync(log).size - 100);
  const validator = await start(folder);
  expect((await validator.status()).journal.lastSeq).toBe(4);
  await validator.stop();
});

it('refuses a key that is no key', async () => {
  const folder = await usedFolder();
  writeFileSync(join(folder, 'validator-key.pem'), 'no key');
  await expect(start(folder)).rejects.toThrow(ConfigError);
});
