/**
 * The child of kills.test.ts: the journal of a validator without the rest, so that a start takes no time. It says on
 * standard output which tap it opened for, after the journal has it and before it goes on, as a gate does.
 */
import { writeSync } from 'node:fs';
import type { Tap } from '@vedong/travel';
import { keepMark } from '../../src/clock/keep-mark.ts';
import { markDelivered, pruneDelivered } from '../../src/journal/delivery.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { openStore } from '../../src/store.ts';

const [folder = '', atOnce = '1'] = process.argv.slice(2);
const db = openStore(folder);
const journal = openJournal(db, { onCommit: () => {}, onFailure: () => process.exit(1) });

const newTap = (): Tap => ({
  tapId: crypto.randomUUID(),
  gateId: '2A-01-in',
  at: new Date().toISOString(),
  outcome: 'rejected',
  reason: 'malformed',
  guard: 'none',
  marks: [],
});

async function scan(): Promise<void> {
  for (;;) {
    const tap = newTap();
    await journal.append(tap);
    writeSync(1, `${tap.tapId}\n`);
  }
}

/** What else is written between taps: what the operator has, what need not be kept, the clock's mark. */
function writeBeside(): void {
  const now = Date.now();
  markDelivered(db, journal.lastSeq(), now);
  pruneDelivered(db, now - 200, 1000);
  keepMark(db, now);
  setTimeout(writeBeside, 5);
}

for (let scanner = 0; scanner < Number(atOnce); scanner += 1) void scan();
writeBeside();
