/** A claim that counts once replicas hold it: the claim and WAIT in one write, so still one round trip. */
import { createHash } from 'node:crypto';
import { Cluster, Command } from 'ioredis';
import type { Claim, ClaimAnswer } from './claim.ts';
import { claimArguments, claimKeys, claimScript, readClaimAnswer } from './claim-script.ts';
import type { ScriptedRedis } from './redis-connection.ts';

/** While replicas lag, one claim in so long waits for them; the others only ask whether they happen to be there. */
const probeAfterMilliseconds = 500;
/** The shortest WAIT there is; 0 would wait for ever. */
const briefWaitMilliseconds = 1;

const sha = createHash('sha1').update(claimScript).digest('hex');

/**
 * WAIT holds up its connection, and so every claim behind it. Half the budget, so that a claim which arrives during
 * another's wait still has time for its own.
 */
export function createReplicatedClaims(
  redis: ScriptedRedis,
  { replicas, budgetMilliseconds }: { replicas: number; budgetMilliseconds: number },
) {
  const longWaitMilliseconds = Math.max(briefWaitMilliseconds, Math.floor(budgetMilliseconds / 2));
  /** By primary: whether its replicas lag, and when they are waited for again. */
  const lagging = new Map<string, { probeAt: number }>();

  function nextWaitMilliseconds(primary: string): number {
    const now = performance.now();
    const lag = lagging.get(primary);
    if (lag && now < lag.probeAt) return briefWaitMilliseconds;
    if (lag) lag.probeAt = now + probeAfterMilliseconds;
    return longWaitMilliseconds;
  }

  function noteHeld(primary: string, isHeld: boolean): void {
    if (isHeld) lagging.delete(primary);
    else if (!lagging.has(primary))
      lagging.set(primary, { probeAt: performance.now() + probeAfterMilliseconds });
  }

  async function send(claim: Claim, script: ['eval' | 'evalsha', string], waitMilliseconds: number) {
    const keys = claimKeys(claim.card);
    const replies = await redis
      .pipeline([
        [...script, keys.length, ...keys, ...claimArguments(claim)],
        ['wait', replicas, waitMilliseconds],
      ])
      .exec();
    return (replies ?? []) as [Error | null, unknown][];
  }

  return async function claimReplicated(claim: Claim): Promise<ClaimAnswer> {
    const primary = primaryOf(redis, claim);
    const waitMilliseconds = nextWaitMilliseconds(primary);
    let [claimed, waited] = await send(claim, ['evalsha', sha], waitMilliseconds);
    // Once for each server: it has not seen the script yet.
    if (claimed?.[0]?.message.startsWith('NOSCRIPT')) {
      [claimed, waited] = await send(claim, ['eval', claimScript], waitMilliseconds);
    }
    if (!claimed || claimed[0]) throw claimed?.[0] ?? new Error('Redis gave an odd reply');
    const answer = readClaimAnswer(claim.card, claimed[1]);
    if (answer.answer === 'replayed' || answer.answer === 'passback') return answer;
    const isHeld = !waited?.[0] && Number(waited?.[1]) >= replicas;
    noteHeld(primary, isHeld);
    return isHeld ? answer : { ...answer, isUnreplicated: true };
  };
}

/** A name for the server that keeps the claim; where a cluster does not know it yet, any name does. */
function primaryOf(redis: ScriptedRedis, { card }: Claim): string {
  if (!(redis instanceof Cluster)) return '';
  const slot = new Command('get', [claimKeys(card)[0]]).getSlot();
  return redis.slots[slot ?? 0]?.[0] ?? '';
}
