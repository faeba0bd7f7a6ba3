/** A simulation that finds nothing proves something only if it finds what is there. */
import { describe, expect, it } from 'vitest';
import type { Invariant } from '../src/invariants.ts';
import { plantedBugs, worldFor, type PlantedBugName } from '../src/planted-bugs.ts';
import { runSeed } from '../src/world.ts';

const seedsMost = 1000;

/** By which promise each mistake must come out. */
const brokenBy: Record<PlantedBugName, Invariant> = {
  guard_forgets: 'old_code',
  own_memory_blind: 'old_code',
  clock_goes_back: 'clock',
  limit_forgotten: 'I6',
  late_claim_overwrites: 'I2',
  passback_forgets: 'passback',
  any_answer_will_do: 'challenge',
  poison_blocks_the_rest: 'I1',
  revoked_still_opens: 'revoked',
  revoked_still_counted: 'revoked',
  store_forgets: 'I2',
  journal_after_answer: 'I1',
  version_goes_down: 'versions',
  delivered_too_early: 'I1',
  second_try_pays: 'I3',
  duplicate_charged: 'I3',
  duplicate_stored: 'I1',
  copy_charged: 'trips',
  anything_signed: 'I6',
};

/** The first seed in which a mistake breaks that promise, and that seed without the mistake. */
async function findSeed(bug: PlantedBugName, invariant: Invariant): Promise<number> {
  for (let seed = 1; seed <= seedsMost; seed += 1) {
    const { broken } = await runSeed({ seed, bug });
    if (broken.some((one) => one.invariant === invariant)) return seed;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a planted mistake', { timeout: 900_000 }, () => {
  it.each(Object.keys(plantedBugs) as PlantedBugName[])('%s is found', async (bug) => {
    const seed = await findSeed(bug, brokenBy[bug]);
    console.log(`simulation: ${bug} breaks ${brokenBy[bug]} in seed ${seed}`);
    expect(seed).toBeLessThanOrEqual(seedsMost);
    expect((await runSeed({ seed, world: worldFor(bug) })).broken).toEqual([]);
  });
});
