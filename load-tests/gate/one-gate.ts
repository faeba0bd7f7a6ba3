/** One real validator with a journal on disk and a Redis, and phones' codes for it: what is measured at a gate. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TapAnswer } from '@vedong/contracts';
import { findFreePort } from '@vedong/infra/ports';
import { startRedis } from '@vedong/infra/redis';
import { startService } from '@vedong/infra/services';
import type { LoadAnswer } from '@vedong/testing/open-load';
import { startTestPair } from '@vedong/testing/redis-groups';
import { slotAt } from '@vedong/ticket';
import { enrolmentCode, gates, startTestCity } from '../../services/validator/tests/test-city.ts';

export type OneGate = Awaited<ReturnType<typeof startOneGate>>;

/** @param replicas how many must hold a claim: none or one */
export async function startOneGate({ replicas = 0 }: { replicas?: 0 | 1 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vedong-gate-'));
  const city = await startTestCity();
  const redis = await startShared(join(folder, 'redis'), replicas);
  const port = await findFreePort();
  const validator = await startService({
    name: 'validator',
    port,
    logFolder: folder,
    env: {
      DATA_FOLDER: join(folder, 'validator'),
      OPERATOR_URL: city.url,
      ISSUER_URL: city.url,
      ENROLMENT_CODE: enrolmentCode,
      REDIS_URL: redis.url,
      GUARD_REPLICAS: String(replicas),
      LOG_LEVEL: 'warn',
    },
  });
  console.log(
    `${new Date().toISOString()}, ${cpus().length} × ${cpus()[0]!.model}, load average ${loadavg()[0]!.toFixed(1)}`,
  );
  return {
    port,
    city,
    redis,
    validator,
    /**
     * Requests with D tickets of as many cards. A code counts from its slot to 45 s after it at least; the one that
     * is shown `secondsUntil` after now is of that moment.
     */
    async newBodies(count: number, secondsUntil: (index: number) => number): Promise<string[]> {
      const now = Date.now() / 1000;
      const bodies: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const slot = slotAt(now + secondsUntil(index));
        const cardRef = randomBytes(8).toString('hex');
        const ticket = await city.deviceTicket({ slot, notBefore: slot - 4, cardRef });
        bodies.push(JSON.stringify({ gate: gates[0]!.gateId, ticket }));
      }
      return bodies;
    },
    async stop() {
      await validator.stop();
      await redis.stop();
      await city.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The memory that validators share, with its replica if one is to hold every claim. */
async function startShared(folder: string, replicas: number) {
  if (replicas > 0) {
    const pair = await startTestPair();
    return { url: pair.primary.url, pid: pair.primary.pid, stop: () => pair.remove() };
  }
  const redis = await startRedis({ folder });
  if (redis === null) throw new Error('redis-server is not installed');
  return redis;
}

/** The tap of an answer that opened the gate, or null. */
export function openedBy({ status, text }: LoadAnswer): TapAnswer | null {
  if (status !== 200) return null;
  const answer = JSON.parse(text) as TapAnswer;
  return answer.outcome === 'accepted' && !answer.repeat ? answer : null;
}

/** Linux: the validator has a core of its own, whatever load, Redis and operator need. Elsewhere nothing is done. */
export function separateCores(validatorPid: number, redisPid: number): boolean {
  if (process.platform !== 'linux' || cpus().length < 2) return false;
  for (const [core, pid] of [
    ['0', validatorPid],
    [`1-${cpus().length - 1}`, redisPid],
    [`1-${cpus().length - 1}`, process.pid],
  ] as const)
    execFileSync('taskset', ['-acp', core, String(pid)]);
  return true;
}
