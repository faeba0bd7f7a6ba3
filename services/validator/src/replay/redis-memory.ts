/** Whether a Redis can be taken to know every live claim: not one that is new to us, until validators have told it theirs. */

/**
 * How long a new memory counts as incomplete. Everybody connects again within a second or two and tells what is live, up
 * to ten thousand claims a second, so 120,000 claims in 12 s; more than twice as long, and a quarter of the 120 s for
 * which claims live. Who is cut off for longer judges alone meanwhile, and says so on each tap.
 */
export const retellSeconds = 30;

/** From `INFO server`: a server has another `run_id` after each start, and a promoted replica has its own. */
export interface ServerFacts {
  /** Of a primary; '' where there is one only. */
  address: string;
  runId: string;
  uptimeSeconds: number;
}

export interface RedisMemory {
  /** What all primaries say of themselves; a server that is new to us may lack claims. */
  note: (servers: readonly ServerFacts[]) => void;
  /** Of a primary that nobody has asked yet nothing is known. */
  mayHaveForgotten: (address: string) => boolean;
}

export function createRedisMemory(monotonicSeconds: () => number): RedisMemory {
  const known = new Map<string, { runId: string; wholeAt: number }>();
  return {
    note(servers) {
      const now = monotonicSeconds();
      // At our own start only a server's age tells: an old one was there when the claims were made.
      const isFirst = known.size === 0;
      for (const { address, runId, uptimeSeconds } of servers) {
        if (known.get(address)?.runId === runId) continue;
        const age = isFirst ? Math.min(uptimeSeconds, retellSeconds) : 0;
        known.set(address, { runId, wholeAt: now + retellSeconds - age });
      }
    },
    mayHaveForgotten(address) {
      const server = known.get(address);
      return server === undefined || monotonicSeconds() < server.wholeAt;
    },
  };
}

/** Throws where the text of `INFO server` lacks them. */
export function readServerFacts(address: string, info: string): ServerFacts {
  const runId = /^run_id:(\w+)/m.exec(info)?.[1];
  const uptime = /^uptime_in_seconds:(\d+)/m.exec(info)?.[1];
  if (runId === undefined || uptime === undefined) throw new Error('Redis does not tell its run_id and age');
  return { address, runId, uptimeSeconds: Number(uptime) };
}
