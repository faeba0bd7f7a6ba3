/** How the last stop was, and for which taps at the end of the journal nobody may have been answered. */
import type { DatabaseSync } from 'node:sqlite';
import type { Tap } from '@vedong/travel';

/**
 * A tap is answered as soon as its commit is on disk: milliseconds later, up to a few seconds on a machine that is
 * overloaded or about to die. Whatever is further from the last sign of life had its answer. Longer would be worse than
 * useless: somebody behind the rider who was let through could pass as the same person.
 */
export const answeredWithinSeconds = 5;

const lastHash = `(select hash from taps order by seq desc limit 1)`;

/**
 * To be called once every request was answered. The mark names the last record, so it needs no removal at the start,
 * for which a full disk may have no room: it counts no more as soon as another tap is written.
 */
export function markCleanStop(db: DatabaseSync): void {
  db.exec(`insert or replace into clean_stop select 1, coalesce(${lastHash}, '')`);
}

/**
 * The accepted taps that may be unanswered, oldest first; none after a clean stop.
 * @param lastTaps of this journal, oldest first
 * @param aliveMilliseconds the latest sure time on disk, at which the validator was surely running; null: not known
 */
export function findUnanswered(
  db: DatabaseSync,
  lastTaps: readonly Tap[],
  aliveMilliseconds: number | null,
): Tap[] {
  const newest = lastTaps.at(-1);
  if (!newest || db.prepare(`select 1 from clean_stop where hash = ${lastHash}`).get()) return [];
  const lastSign = Math.max(Date.parse(newest.at), aliveMilliseconds ?? 0);
  const isNear = ({ at }: Tap) => lastSign - Date.parse(at) <= answeredWithinSeconds * 1000;
  const near = lastTaps.slice(lastTaps.findLastIndex((tap) => !isNear(tap)) + 1);
  // Whoever tried again after an earlier stop did so because of it: only the last try may be open.
  const continued = new Set(near.flatMap(({ continues }) => continues ?? []));
  return near.filter(({ tapId, outcome }) => outcome === 'accepted' && !continued.has(tapId));
}
