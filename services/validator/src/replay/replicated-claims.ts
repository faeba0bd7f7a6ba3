/** A claim that counts once replicas hold it: the claim and WAIT in one write, so still one round trip. */
import { createHash } from 'node:crypto';
import { Cluster, Command, type Redis } from 'ioredis';
import type { Claim, ClaimAnswer } from './claim.ts';
import { claimArguments, claimKeys, claimScript, readClaimAnswer } from './claim-script.ts';
import { listPrimaries, type ScriptedRedis } from './redis-connection.ts';

/** How often it is looked whether replicas that lagged have caught up. */
const lookMilliseconds = 500;
/** A replica that sent nothing for longer is not there. */
const silentMostSeconds = 1;

const sha = createHash('sha1').update(claimScript).digest('hex');

/**
 * WAIT holds up its connection, and so every claim behind it: half the budget, so that a claim which arrives during
 * another's wait still has time for its own. Redis looks at the end of a WAIT only as often as its `hz` says, 100 ms by
 * default, so nothing waits for replicas that are known to lag: they are asked about beside the claims.
 */
export function createReplicatedClaims(
  redis: ScriptedRedis,
  { replicas, budgetMilliseconds }: { replicas: number; budgetMilliseconds: number },
) {
  const waitMilliseconds = Math.max(1, Math.floor(budgetMilliseconds / 2));
  /** Primaries whose replicas lag. */
  const lagging = new Set<string>();

  async function sendWaiting(claim: Claim, script: ['eval' | 'evalsha', string]) {
    const keys = claimKeys(claim.card);
    const replies = await redis
      .pipeline([
        [...script, keys.length, ...keys, ...claimArguments(claim)],
        ['wait', replicas, waitMilliseconds],
      ])
      .exec();
    return (replies ?? []) as [Error | null, unknown][];
  }

  function noteLagging(primary: string): void {
    if (lagging.has(primary)) return;
    lagging.add(primary);
    let target = Number.POSITIVE_INFINITY;
    const look = async (): Promise<void> => {
      const server = findPrimary(redis, primary);
      const facts = (await server?.info('replication').catch(() => undefined)) ?? '';
      // What was written by the first look must be there; a server that began anew counts from its start.
      target = Math.min(target, readOffset(facts));
      const isGone = server === undefined || redis.status === 'end';
      if (isGone || countReplicasAt(facts, target) >= replicas) lagging.delete(primary);
      else setTimeout(() => void look(), lookMilliseconds).unref();
    };
    setTimeout(() => void look(), lookMilliseconds).unref();
  }

  return async function claimReplicated(claim: Claim): Promise<ClaimAnswer> {
    const primary = primaryOf(redis, claim);
    if (lagging.has(primary)) {
      const reply = await redis.claimSlot(...claimKeys(claim.card), ...claimArguments(claim));
      return unreplicated(readClaimAnswer(claim.card, reply));
    }
    let [claimed, waited] = await sendWaiting(claim, ['evalsha', sha]);
    // Once for each server: it has not seen the script yet.
    if (claimed?.[0]?.message.startsWith('NOSCRIPT')) {
      [claimed, waited] = await sendWaiting(claim, ['eval', claimScript]);
    }
    if (!claimed || claimed[0]) throw claimed?.[0] ?? new Error('Redis gave an odd reply');
    const answer = readClaimAnswer(claim.card, claimed[1]);
    const isHeld = !waited?.[0] && Number(waited?.[1]) >= replicas;
    if (!isHeld) noteLagging(primary);
    return isHeld ? answer : unreplicated(answer);
  };
}

/** A refusal is no claim and needs no replica. */
const unreplicated = (answer: ClaimAnswer): ClaimAnswer =>
  answer.answer === 'accepted' || answer.answer === 'repeat' ? { ...answer, isUnreplicated: true } : answer;

/** The address of the server that keeps the claim; where a cluster does not know it yet, any name does. */
export function primaryOf(redis: ScriptedRedis, { card }: Pick<Claim, 'card'>): string {
  if (!(redis instanceof Cluster)) return '';
  const slot = new Command('get', [claimKeys(card)[0]]).getSlot();
  return redis.slots[slot]?.[0] ?? '';
}

const findPrimary = (redis: ScriptedRedis, primary: string): Redis | undefined =>
  listPrimaries(redis).find((server) => addressOf(redis, server) === primary);

/** As `primaryOf` names it. */
export const addressOf = (redis: ScriptedRedis, { options }: Redis): string =>
  redis instanceof Cluster ? `${options.host}:${options.port}` : '';

/** Infinite where nothing is said: no replica is there. */
const readOffset = (facts: string): number =>
  Number(/^master_repl_offset:(\d+)/m.exec(facts)?.[1] ?? Number.POSITIVE_INFINITY);

/** Replicas that are there and have everything up to `offset`. */
const countReplicasAt = (facts: string, offset: number): number =>
  [...facts.matchAll(/^slave\d+:.*state=online,offset=(\d+),lag=(\d+)/gm)].filter(
    ([, reached, silentSeconds]) => Number(reached) >= offset && Number(silentSeconds) <= silentMostSeconds,
  ).length;
