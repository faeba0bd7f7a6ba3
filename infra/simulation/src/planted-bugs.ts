/** Mistakes to put into the parts under test, one at a time: a simulation that does not find them proves nothing. */
import type { DatabaseSync } from 'node:sqlite';
import type { Signatures } from '@vedong/ticket';
import type { Tap } from '@vedong/travel';
import type { Challenges } from '@vedong/validator/challenges';
import type { Journal } from '@vedong/validator/journal/journal';
import { markDelivered } from '@vedong/validator/journal/delivery';
import type { LocalGuard } from '@vedong/validator/replay/local-guard';
import type { WantedWorld } from './plan.ts';

/** Each member stands between a part and what uses it. */
export interface PlantedBug {
  /** What the world must have for it to matter. */
  world?: WantedWorld;
  journal?: (real: Journal) => Journal;
  local?: (real: LocalGuard) => LocalGuard;
  /** What the guard goes on from after a start. */
  restored?: (taps: Tap[]) => Tap[];
  /** Of whom a start thinks that nobody answered them. */
  unanswered?: (taps: Tap[]) => Tap[];
  /** The disk as the keeper of trust bundles and lists sees it. */
  kept?: (db: DatabaseSync) => DatabaseSync;
  signatures?: Signatures;
  /** What gates display, and take for an answer. */
  challenges?: (real: Challenges) => Challenges;
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
  /** The operator refuses a batch for one record that it cannot keep. */
  refusesPoison?: boolean;
  /** The operator stores what a revoked validator sends. */
  takesRevoked?: boolean;
  /** The operator makes a trip of every gate that took one code. */
  chargesCopies?: boolean;
}

export const plantedBugs = {
  /** After a restart the validator knows nothing of what it had accepted. */
  guard_forgets: { world: { cheatChance: 0.5 }, restored: () => [] },
  /** Own memory takes every code for a new one. */
  own_memory_blind: { local: (real) => ({ ...real, claim: () => ({ answer: 'accepted' }) }) },
  /** After a restart the clock begins at what the machine says. */
  clock_goes_back: { world: { cheatChance: 0.5 }, mark: () => null },
  /** After a restart nobody has used up anything of a limit. */
  limit_forgotten: { world: { classes: true }, limited: () => [] },
  /** What own memory accepted alone is taken for the newest. */
  late_claim_overwrites: { world: { cheatChance: 0.5 }, tellingOverwrites: true },
  /** Nobody was ever at a gate before. */
  passback_forgets: { world: { passback: true }, local: withoutPassback },
  /** Any challenge is answered, of whatever gate and moment, and by whoever comes. */
  any_answer_will_do: {
    world: { challenges: true },
    challenges: (real) => ({ ...real, expect: (_, answered) => answered ?? 'none', answer: () => true }),
  },
  /** One record that cannot be kept holds up all behind it. */
  poison_blocks_the_rest: { world: { poison: true }, refusesPoison: true },
  /** A revoked validator opens again after a restart. */
  revoked_still_opens: { world: { revocation: true }, kept: withoutRevocation },
  /** What a revoked validator sends is stored and charged. */
  revoked_still_counted: { world: { revocation: true }, takesRevoked: true },
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
  /** After a restart nobody thinks of those whom the gate left without an answer. */
  second_try_pays: { unanswered: () => [] },
  duplicate_charged: { chargesTwice: true },
  duplicate_stored: { storesTwice: true },
  copy_charged: { chargesCopies: true },
  /** Every signature is good. */
  anything_signed: {
    world: { cheatChance: 0.5 },
    signatures: { sha256: (bytes) => bytes.slice(0, 32), verifyEd25519: () => true, verifyEs256: () => true },
  },
} as const satisfies Record<string, PlantedBug>;

export type PlantedBugName = keyof typeof plantedBugs;

/** The world in which a mistake is looked for: a small one, as it is lived through fastest. */
export function worldFor(bug: PlantedBugName): WantedWorld {
  const { world = {} }: PlantedBug = plantedBugs[bug];
  return { name: 'small', ...world };
}

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
  return viewOf(db, (sql) => (sql.startsWith('select version') ? { get: () => undefined } : db.prepare(sql)));
}

function withoutRevocation(db: DatabaseSync): DatabaseSync {
  return viewOf(db, (sql) => {
    const real = db.prepare(sql);
    if (!sql.startsWith('select content')) return real;
    return { get: (name: string) => (name === 'revocation' ? undefined : real.get(name)) };
  });
}

/** A disk whose statements are others. */
function viewOf(db: DatabaseSync, prepare: (sql: string) => object): DatabaseSync {
  const view = {
    prepare,
    exec: (sql: string) => db.exec(sql),
    get isTransaction() {
      return db.isTransaction;
    },
  };
  return view as unknown as DatabaseSync;
}
