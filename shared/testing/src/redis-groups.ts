/** Redis as an agency runs it: a primary and its replica under three Sentinels, a cluster, over TLS; real servers on loopback. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, loopback } from '@vedong/infra/ports';
import { startProcess, type ManagedProcess } from '@vedong/infra/processes';
import { Redis } from 'ioredis';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** One server of a group. */
export interface GroupServer extends ManagedProcess {
  /** Its own address, past Sentinels and cluster. */
  url: string;
  port: number;
  /** Holds it still: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** For loopback only; the same for every server, as replicas sign in at their primary with it. */
const password = 'loopback-only';
/** How long a server must be silent before the others call it down. */
const downAfterMilliseconds = 1000;
const withinSeconds = 30;

async function startServer(folder: string, name: string, lines: string[]): Promise<GroupServer> {
  const port = await findFreePort();
  const url = `redis://:${password}@${loopback}:${port}`;
  const file = join(folder, `${name}.conf`);
  writeFileSync(
    file,
    [
      `bind ${loopback}`,
      `port ${port}`,
      `dir "${folder}"`,
      `requirepass ${password}`,
      ...(name.startsWith('sentinel')
        ? []
        : [
            `masterauth ${password}`,
            'save ""',
            'appendonly no',
            'maxmemory-policy noeviction',
            'repl-diskless-sync-delay 0',
          ]),
      ...lines,
    ].join('\n'),
  );
  const server = await startProcess({
    name,
    command: 'redis-server',
    args: [file, ...(name.startsWith('sentinel') ? ['--sentinel'] : [])],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    logFile: join(folder, `${name}.log`),
    endsWithUs: 'watcher',
    stopSignal: 'SIGTERM',
    isReady: () => ask(url, async (redis) => (await redis.ping()) === 'PONG').catch(() => false),
  });
  return Object.assign(server, {
    url,
    port,
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
  });
}

/** One question on a connection of its own. */
export async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null, lazyConnect: true, commandTimeout: 5000 });
  redis.on('error', () => {}); // the question's own failure says it
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinSeconds * 1000;
  while (!(await check().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinSeconds} s`);
    await sleep(50);
  }
}

async function stopAll(servers: readonly GroupServer[], folder: string): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
}

const isLinked = (url: string) =>
  ask(url, async (redis) => (await redis.info('replication')).includes('master_link_status:up'));

/** The replica has acknowledged something, so that a WAIT counts it. */
const isReplicated = (primaryUrl: string) =>
  ask(primaryUrl, async (redis) => {
    if (!(await redis.info('replication')).includes('state=online')) return false;
    // Online is said before the replica's first acknowledgement, until which every WAIT fails. It takes a write of this
    // connection to find out: this one names no key, so that it suits every node of a cluster, and nothing is there yet.
    await redis.flushall();
    return (await redis.wait(1, 500)) === 1;
  });

export interface TestPair {
  primary: GroupServer;
  replica: GroupServer;
  remove(): Promise<void>;
}

/** A primary and a replica that holds everything it has. */
export async function startTestPair(): Promise<TestPair> {
  const folder = makeTemporaryFolder();
  const primary = await startServer(folder, 'primary', []);
  const replica = await startServer(folder, 'replica', [`replicaof ${loopback} ${primary.port}`]);
  await until('replica linked', () => isLinked(replica.url));
  await until('replica online', () => isReplicated(primary.url));
  return { primary, replica, remove: () => stopAll([primary, replica], folder) };
}

export interface TestTlsRedis {
  /** In the validator's form of REDIS_URL. */
  url: string;
  /** The certificate of the authority that a client must trust. */
  authorityFile: string;
  remove(): Promise<void>;
}

/** A server whose certificate comes from an authority of its own, as an agency's often does. */
export async function startTestTlsRedis(): Promise<TestTlsRedis> {
  const folder = makeTemporaryFolder();
  const openssl = (...line: string[]) => execFileSync('openssl', line, { cwd: folder, stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test authority');
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-keyout',
    'server.key',
    '-out',
    'server.crt',
    '-subj',
    '/CN=redis',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  );
  const port = await findFreePort();
  const file = (name: string) => `"${join(folder, name)}"`;
  const server = await startServer(folder, 'tls', [
    `tls-port ${port}`,
    `tls-cert-file ${file('server.crt')}`,
    `tls-key-file ${file('server.key')}`,
    `tls-ca-cert-file ${file('ca.crt')}`,
    'tls-auth-clients no',
  ]);
  return {
    url: `rediss://:${password}@${loopback}:${port}`,
    authorityFile: join(folder, 'ca.crt'),
    remove: () => stopAll([server], folder),
  };
}

export interface TestSentinels extends TestPair {
  /** In the validator's form of REDIS_URL. */
  url: string;
  sentinels: GroupServer[];
}

/** The pair under three Sentinels, two of which must agree that the primary is down. */
export async function startTestSentinels(): Promise<TestSentinels> {
  const folder = makeTemporaryFolder();
  const pair = await startTestPair();
  const watched = [
    `sentinel monitor city ${loopback} ${pair.primary.port} 2`,
    `sentinel auth-pass city ${password}`,
    `sentinel sentinel-pass ${password}`,
    `sentinel down-after-milliseconds city ${downAfterMilliseconds}`,
    'sentinel failover-timeout city 5000',
  ];
  const sentinels = await Promise.all(
    [1, 2, 3].map((number) => startServer(folder, `sentinel-${number}`, watched)),
  );
  const knowsAll = (url: string) =>
    ask(url, async (redis) => {
      const [facts] = (await redis.call('SENTINEL', 'masters')) as string[][];
      const read = (name: string) => facts?.[facts.indexOf(name) + 1];
      return read('num-slaves') === '1' && read('num-other-sentinels') === '2';
    });
  for (const { url } of sentinels) await until('Sentinels know each other', () => knowsAll(url));
  const hosts = sentinels.map(({ port }) => `${loopback}:${port}`).join(',');
  return {
    ...pair,
    sentinels,
    url: `redis+sentinel://:${password}@${hosts}/city?sentinelPassword=${password}`,
    async remove() {
      await stopAll(sentinels, folder);
      await pair.remove();
    },
  };
}

export interface TestCluster {
  /** In the validator's form of REDIS_URL. */
  url: string;
  primaries: GroupServer[];
  /** The replica of the primary at the same place. */
  replicas: GroupServer[];
  remove(): Promise<void>;
}

const slotsOfAll = 16_384;

/** Three primaries with a third of the slots each, and a replica for each. */
export async function startTestCluster(): Promise<TestCluster> {
  const folder = makeTemporaryFolder();
  const start = async (name: string) =>
    startServer(folder, name, [
      'cluster-enabled yes',
      `cluster-config-file ${name}.nodes`,
      `cluster-node-timeout ${downAfterMilliseconds}`,
      `cluster-port ${await findFreePort()}`,
    ]);
  const primaries = await Promise.all([1, 2, 3].map((number) => start(`primary-${number}`)));
  const replicas = await Promise.all([1, 2, 3].map((number) => start(`replica-${number}`)));
  const all = [...primaries, ...replicas];
  const busPorts = await Promise.all(all.map(({ url }) => ask(url, readBusPort)));
  for (const [index, { url }] of all.entries()) {
    await ask(url, (redis) => redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1));
  }
  for (const [index, { url }] of primaries.entries()) {
    const first = Math.ceil((slotsOfAll * index) / 3);
    const last = Math.ceil((slotsOfAll * (index + 1)) / 3) - 1;
    await ask(url, (redis) => redis.call('CLUSTER', 'ADDSLOTSRANGE', first, last));
  }
  for (const [index, { port }] of all.entries()) {
    if (index > 0)
      await ask(all[0]!.url, (redis) => redis.call('CLUSTER', 'MEET', loopback, port, busPorts[index]!));
  }
  for (const { url } of all) {
    await until('nodes know each other', () =>
      ask(url, async (redis) => {
        const info = String(await redis.call('CLUSTER', 'INFO'));
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${all.length}`);
      }),
    );
  }
  for (const [index, { url }] of replicas.entries()) {
    const id = await ask(primaries[index]!.url, (redis) => redis.call('CLUSTER', 'MYID'));
    await until('replica accepted', () =>
      ask(url, async (redis) => (await redis.call('CLUSTER', 'REPLICATE', String(id))) === 'OK'),
    );
    await until('replica linked', () => isLinked(url));
    await until('replica online', () => isReplicated(primaries[index]!.url));
  }
  const hosts = all.map(({ port }) => `${loopback}:${port}`).join(',');
  return {
    url: `redis+cluster://:${password}@${hosts}`,
    primaries,
    replicas,
    remove: () => stopAll(all, folder),
  };
}

const readBusPort = async (redis: Redis): Promise<string> => (await redis.config('GET', 'cluster-port'))[1]!;
