/** Everything on one machine: PostgreSQL, Redis, the three services with their pages, and the demo city. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOrMakeSecrets } from './data-folder.ts';
import { ensureDatabase } from './databases.ts';
import { demoStaffEmail, openDemoCity } from './demo/city.ts';
import { demoPayments, startDemoBank } from './demo/start-bank.ts';
import { buildPages } from './pages.ts';
import { findFreePort } from './ports.ts';
import { startPostgres, type PostgresServer } from './postgres.ts';
import type { ManagedProcess } from './processes.ts';
import { startRedis, type RedisServer } from './redis.ts';
import { runCommand, startProgram, startService } from './services.ts';

export interface Ports {
  issuer: number;
  operator: number;
  validator: number;
  /** The demo bank. */
  bank: number;
}

export interface StackOptions {
  dataFolder: string;
  ports: Ports;
  /** Without Redis the validator's local guard judges alone. */
  redis: boolean;
  /** Simulated riders, so that every screen has life. */
  riders?: boolean;
  /** Wraps each step of the start: shows it, may refuse to go on. */
  step?: Step;
  /** Called for each child as soon as it runs. */
  onChild?: (child: ManagedProcess) => void;
}

export type Step = <T>(title: string, work: () => Promise<T>) => Promise<T>;

export interface Stack {
  issuerUrl: string;
  operatorUrl: string;
  validatorUrl: string;
  /** Pays top-ups without real money. */
  bankUrl: string;
  /** The demo account at the operator's console. */
  staff: { email: string; password: string };
  postgres: PostgresServer;
  /** Null where it was not wanted or is not installed. */
  redis: RedisServer | null;
  issuer: ManagedProcess;
  operator: ManagedProcess;
  validator: ManagedProcess;
  /** Stops every child, the last started first. */
  stop(): Promise<void>;
}

/** Ports nobody uses now, for a second copy beside the usual one. */
export async function findFreePorts(): Promise<Ports> {
  return {
    issuer: await findFreePort(),
    operator: await findFreePort(),
    validator: await findFreePort(),
    bank: await findFreePort(),
  };
}

/** Starts everything and waits until it works. When a step fails, what was started is stopped before it throws. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const children: ManagedProcess[] = [];
  const keep = <Child extends ManagedProcess>(child: Child): Child => {
    children.push(child);
    options.onChild?.(child);
    return child;
  };
  const stop = async () => {
    for (const child of children.toReversed()) await child.stop();
  };
  try {
    return { ...(await startAll(options, keep)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAll(
  { dataFolder, ports, ...options }: StackOptions,
  keep: <Child extends ManagedProcess>(child: Child) => Child,
): Promise<Omit<Stack, 'stop'>> {
  const step: Step = options.step ?? ((_title, work) => work());
  const secrets = readOrMakeSecrets(dataFolder);
  const logFolder = join(dataFolder, 'logs');
  rmSync(logFolder, { recursive: true, force: true }); // the logs are of this run
  mkdirSync(logFolder, { recursive: true, mode: 0o700 });
  const urls = urlsOf(ports);
  const { issuerUrl, operatorUrl, validatorUrl, bankUrl } = urls;

  await step('web pages', () => buildPages());
  const postgres = await step('PostgreSQL', async () =>
    keep(await startPostgres({ folder: join(dataFolder, 'postgres') })),
  );
  const redis = options.redis
    ? await step('Redis', () => startRedis({ folder: join(dataFolder, 'redis') }))
    : null;
  if (redis !== null) keep(redis);

  const rootKeyFile = join(dataFolder, 'root-key');
  const issuerEnv = {
    DATABASE_URL: await ensureDatabase(postgres, 'issuer', secrets.issuerDatabasePassword),
    KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
    ROOT_KEY_FILE: rootKeyFile,
    PUBLIC_URL: issuerUrl,
    // The operator starts later: its first answer should not be half a minute away.
    OPERATOR_URL: operatorUrl,
    TERMS_POLL_SECONDS: '5',
    ...demoPayments(dataFolder, secrets, bankUrl),
  };
  const operatorEnv = {
    DATABASE_URL: await ensureDatabase(postgres, 'operator', secrets.operatorDatabasePassword),
    ROOT_PUBLIC_KEY_FILE: `${rootKeyFile}.public.json`,
    ISSUER_URL: issuerUrl,
    PUBLIC_URL: operatorUrl,
  };
  const common = { SERVICE_TOKEN: secrets.serviceToken, DEMO: '1' };
  const staff = { email: demoStaffEmail, password: secrets.staffPassword };

  await step('database schemas', async () => {
    await runCommand({ command: ['services/issuer/src/migrate.ts'], env: issuerEnv });
    await runCommand({ command: ['services/operator/src/migrate.ts'], env: operatorEnv });
  });
  await step('signing keys', () =>
    runCommand({ command: ['services/issuer/src/keys.ts', 'init'], env: issuerEnv }),
  );
  const run = (name: keyof Ports, env: Record<string, string>) =>
    step(name, async () => keep(await startService({ name, port: ports[name], logFolder, env })));
  const issuer = await run('issuer', { ...common, ...issuerEnv });
  const bank = { port: ports.bank, issuerUrl, secrets, logFolder };
  await step('demo bank', async () => keep(await startDemoBank(bank)));
  const operator = await run('operator', { ...common, ...operatorEnv });
  const enrolment = await step('demo city', async () => {
    const add: [string, ...string[]] = ['services/operator/src/staff.ts', 'add', staff.email, 'Demo'];
    await runCommand({ command: add, env: operatorEnv, input: staff.password });
    return openDemoCity(operatorUrl, staff, operatorEnv);
  });
  const validator = await run('validator', {
    DATA_FOLDER: join(dataFolder, 'validator'),
    ISSUER_URL: issuerUrl,
    OPERATOR_URL: operatorUrl,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    ...enrolment,
  });
  if (options.riders) {
    const env = { ISSUER_URL: issuerUrl, VALIDATOR_URL: validatorUrl };
    await step('simulated riders', async () =>
      keep(await startProgram({ name: 'riders', path: 'infra/src/demo/riders.ts', env, logFolder })),
    );
  }
  return { ...urls, staff, postgres, redis, issuer, operator, validator };
}

const urlsOf = (ports: Ports) => ({
  issuerUrl: `http://localhost:${ports.issuer}`,
  operatorUrl: `http://localhost:${ports.operator}`,
  validatorUrl: `http://localhost:${ports.validator}`,
  bankUrl: `http://localhost:${ports.bank}`,
});
