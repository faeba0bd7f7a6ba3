/** npm start refuses what cannot work with one sentence, never a stack trace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainFileError, openDataFolder, readOrMakeSecrets } from '../src/data-folder.ts';
import { projectRoot } from '../src/project.ts';
import { takeRunLock } from '../src/run-lock.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs npm start's program to its end. */
async function start(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'infra/src/start.ts')], {
    env: {
      PATH: process.env['PATH'],
      VEDONG_DATA: folder,
      ISSUER_PORT: '0',
      OPERATOR_PORT: '0',
      VALIDATOR_PORT: '0',
      BANK_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number]>]);
  return { code, said };
}

it('refuses to start twice, and says where the running one is', async () => {
  const lock = await takeRunLock(folder, ['http://localhost:8080'], () => {});
  expect(await start({})).toEqual({
    code: 1,
    said: `Vedong is already running from this folder, as process ${process.pid}, at http://localhost:8080: use that one, or stop it with "kill ${process.pid}".\n`,
  });
  lock.release();
});

it('names a busy port and the variable that changes it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  expect(await start({ OPERATOR_PORT: port })).toEqual({
    code: 1,
    said: `Port ${port} is already used by another program: stop that program, or choose another port with OPERATOR_PORT=<port>.\n`,
  });
  other.close();
});

it('refuses a port that is none', async () => {
  const { code, said } = await start({ ISSUER_PORT: 'eighty' });
  expect({ code, said }).toEqual({
    code: 1,
    said: 'ISSUER_PORT must be a port from 1 to 65535, or 0 for any free one, not "eighty".\n',
  });
});

it('refuses a data folder nobody may write in', async () => {
  const { code, said } = await start({ VEDONG_DATA: '/sys/vedong' });
  expect(code).toBe(1);
  expect(said).toMatch(/^This user may not write in the data folder \/sys\/vedong: .*\n$/);
});

describe('what the system says about the data folder', () => {
  it.each([
    ['ENOSPC', /^The disk of the data folder \/d is full\./],
    ['EROFS', /^The data folder \/d is on a read-only disk/],
    ['EACCES', /^This user may not write in the data folder \/d/],
    ['ENOTDIR', /^The data folder \/d cannot be made, as a file is in its place/],
  ])('turns %s into a sentence', (code, sentence) => {
    const error = Object.assign(new Error(code), { code, path: '/d/logs' });
    expect(explainFileError(error, '/d')).toMatchObject({
      name: 'PlainError',
      message: expect.stringMatching(sentence),
    });
  });

  it('is not blamed for another file', () => {
    const error = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/elsewhere' });
    expect(explainFileError(error, '/d')).toBe(error);
  });
});

it('keeps its secrets for their owner alone, and the same between starts', () => {
  openDataFolder(folder);
  const secrets = readOrMakeSecrets(folder);
  expect(readOrMakeSecrets(folder)).toEqual(secrets);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(secrets)).size).toBe(8);
});

it('adds the secrets that an earlier version did not have, and keeps the others', () => {
  const { vnpayHashSecret, bankNoticeKey, ...earlier } = readOrMakeSecrets(folder);
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(earlier));
  const secrets = readOrMakeSecrets(folder);
  expect(secrets).toMatchObject(earlier);
  expect(secrets.vnpayHashSecret).not.toBe(vnpayHashSecret);
  expect(secrets.bankNoticeKey).not.toEqual(bankNoticeKey);
  expect(readOrMakeSecrets(folder)).toEqual(secrets);
});
