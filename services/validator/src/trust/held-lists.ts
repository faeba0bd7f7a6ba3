/** The status lists a validator holds: taken whole or changed by deltas, verified before use, their versions never falling. */
import type { DatabaseSync } from 'node:sqlite';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import {
  applyStatusDelta,
  TrustError,
  verifyStatusDelta,
  verifyStatusList,
  type KeySet,
  type PublishedStatusList,
} from '@vedong/ticket';
import type { ServiceDay } from '@vedong/travel';
import {
  dropCopy,
  findCopy,
  findCopyVersion,
  keepCopy,
  keepDelta,
  listCopyNames,
  listDeltas,
} from './kept-copies.ts';

/** A status list this validator should have. */
export interface WantedList {
  name: string;
  url: string;
  issuer: number;
  serviceDay: ServiceDay;
}

export interface HeldList extends PublishedStatusList, WantedList {
  /** How many deltas have been applied since the list was last taken whole. */
  deltas: number;
  /** A key has been condemned since, perhaps the one that signed it. */
  isDoubtful: boolean;
}

const namePrefix = 'status-list ';
export const listName = (issuer: number, day: ServiceDay): string => `${namePrefix}${issuer} ${day}`;

/** However long ago a whole list was signed, the deltas after it say what holds now. */
const anyAgeSeconds = Number.MAX_SAFE_INTEGER / 2;

export interface ListsParts {
  db: DatabaseSync;
  clock: Clock;
  /** Undefined until there is a trust bundle. */
  keys: () => KeySet | undefined;
}

export type HeldLists = ReturnType<typeof createHeldLists>;

/** `take…` throw TrustError, and change nothing then. */
export function createHeldLists({ db, clock, keys }: ListsParts) {
  const lists = new Map<string, HeldList>();

  function readerOf({ issuer, url }: WantedList) {
    const known = keys();
    if (!known) throw new Error('there is no trust bundle yet');
    return { nowSeconds: nowSeconds(clock), keys: known, issuer, sub: url };
  }

  async function takeFull(wanted: WantedList, content: string): Promise<void> {
    const minimumVersion = findCopyVersion(db, wanted.name);
    const published = await verifyStatusList(content, { ...readerOf(wanted), minimumVersion });
    // A delta may have come meanwhile.
    keepCopy(db, wanted.name, { content, version: published.version });
    lists.set(wanted.name, { ...published, ...wanted, deltas: 0, isDoubtful: false });
  }

  /** Does nothing where the list is at the delta's version already. */
  async function takeDelta(wanted: WantedList, content: string): Promise<void> {
    const delta = await verifyStatusDelta(content, readerOf(wanted));
    const held = lists.get(wanted.name);
    if (held && held.version >= delta.version) return;
    if (!held) throw new TrustError('wrong_base', 'there is no list to change');
    const changed = applyStatusDelta(held, delta);
    keepDelta(db, wanted.name, { content, version: delta.version });
    lists.set(wanted.name, { ...held, ...changed, deltas: held.deltas + 1 });
  }

  /** From disk: the last whole list and the deltas after it, of which the last one must still count. */
  async function load(wanted: WantedList): Promise<void> {
    const content = findCopy(db, wanted.name);
    if (content === undefined) return;
    const deltas = listDeltas(db, wanted.name);
    const reader = readerOf(wanted);
    const graceOf = (isLast: boolean) => (isLast ? {} : { graceSeconds: anyAgeSeconds });
    const whole = { ...reader, minimumVersion: 0, ...graceOf(deltas.length === 0) };
    let published = await verifyStatusList(content, whole);
    for (const [index, text] of deltas.entries()) {
      const isLast = index === deltas.length - 1;
      const delta = await verifyStatusDelta(text, { ...reader, ...graceOf(isLast) });
      published = applyStatusDelta(published, delta);
    }
    if (published.version < findCopyVersion(db, wanted.name)) {
      throw new TrustError('version_too_low', 'the copy lacks its last changes');
    }
    lists.set(wanted.name, { ...published, ...wanted, deltas: deltas.length, isDoubtful: false });
  }

  return {
    takeFull,
    takeDelta,
    load,
    find: (name: string): HeldList | undefined => lists.get(name),
    all: (): HeldList[] => [...lists.values()],
    /** Every list is to be taken whole again, signed by a key that counts. */
    doubtAll(): void {
      for (const list of lists.values()) list.isDoubtful = true;
    },
    /** Forgets all others, on disk too. */
    keepOnly(names: ReadonlySet<string>): void {
      const known = listCopyNames(db).filter((name) => name.startsWith(namePrefix));
      for (const name of known.filter((name) => !names.has(name))) {
        dropCopy(db, name);
        lists.delete(name);
      }
    },
  };
}
