/** Mistakes to put into the parts under test, one at a time: a simulation that does not find them proves nothing. */
import type { DatabaseSync } from 'node:sqlite';
import type { Signatures } from '@vedong/ticket';
import type { Tap } from '@vedong/travel';
import type { Journal } from '@vedong/validator/journal/journal';
import { markDelivered } from '@vedong/validator/journal/delivery';
import type { LocalGuard } from '@vedong/validator/replay/local-guard';
import type { Features } from './plan.ts';

/** Each member stands between a part and what uses it. */
export interface PlantedBug {
  /** What the world must have for it to matter. */
  features?: Partial<Features>;
  journal?: (real: Journal) => Journal;
  local?: (real: LocalGuard) => LocalGuard;
  /** What the guard goes on from after a start. */
  restored?: (taps: Tap[]) => Tap[];
  /** The disk as the keeper of trust bundles and lists sees it. */
  kept?: (db: DatabaseSync) => DatabaseSync;
  signatures?: Signatures;
  /** What a start counts towards the limits of gate classes. */
  limited?: (taps: Tap[]) => Tap[];
  /** A claim told late takes the place of whatever the shared memory has. */
  tellingOverwrites?: boolean;
  /** The high-water mark as a start reads it. */
  mark?: (mark: number | null) => number | null;
  /** True where nothing is sent. */
  beforeSending?: (db: DatabaseSync) => boolean;
  /** The shared memory forgets a claim after so long. */
  storeForgetsAfterSeconds?: number;
  /** The issuer takes a charge it has had as a new one. */
  chargesTwice?: boolean;
  /** The operator stores a batch that came again as taps of their own. */
  storesTwice?: boolean;
  /** The operator makes a trip of every gate that took one code. */
  chargesCopies?: boolean;
}

export const plantedBugs = {
  /** After a restart the validator knows nothing of what it had accepted. */
  guard_forgets: { restored: () => [] },
  /** Own memory takes every code for a new one. */
  own_memory_blind: { local: (real) => ({ ...real, claim: () => ({ answer: 'accepted' }) }) },
  /** After a restart the clock begins at what the machine says. */
  clock_goes_back: { mark: () => null },
  /** After a restart nobody has used up anything of a limit. */
  limit_forgotten: { features: { classes: true }, limited: () => [] },
  /** What own memory accepted alone is taken for the newest. */
  late_claim_overwrites: { tellingOverwrites: true },
  /** Nobody was ever at a gate before. */
  passback_forgets: { features: { passback: true }, local: withoutPassback },
  /** Redis drops claims while their slot is still taken. */
  store_forgets: { storeForgetsAfterSeconds: 8 },
  /** The gate opens first, and the tap is written when there is time. */
  journal_after_answer: {
    journal: (real) => ({
      ...real,
      append: (tap) => {
        real.append(tap).catch(() => {});
        return Promise.resolve();
      },
    }),
  },
  /** What the disk says of the version reached is not looked at. */
  version_goes_down: { kept: withoutVersions },
  /** Taps count as delivered once they were sent. */
  delivered_too_early: {
    beforeSending(db) {
      const row = db.prepare('select max(seq) as seq from taps').get();
      markDelivered(db, Number(row?.['seq'] ?? 0), 0);
      return true;
    },
  },
  duplicate_charged: { chargesTwice: true },
  duplicate_stored: { storesTwice: true },
  copy_charged: { chargesCopies: true },
  /** Every signature is good. */
  anything_signed: {
    signatures: { sha256: (bytes) => bytes.slice(0, 32), verifyEd25519: () => true, verifyEs256: () => true },
  },
} as const satisfies Record<string, PlantedBug>;

export type PlantedBugName = keyof typeof plantedBugs;

function withoutPassback(real: LocalGuard): LocalGuard {
  return {
    ...real,
    claim(claim) {
      const own = real.claim(claim);
      return own.answer === 'passback' ? { answer: 'accepted' } : own;
    },
  };
}

function withoutVersions(db: DatabaseSync): DatabaseSync {
  const prepare = (sql: string) =>
    sql.startsWith('select version') ? { get: () => undefined } : db.prepare(sql);
  const view = {
    prepare,
    exec: (sql: string) => db.exec(sql),
    get isTransaction() {
      return db.isTransaction;
    },
  };
  return view as unknown as DatabaseSync;
}
