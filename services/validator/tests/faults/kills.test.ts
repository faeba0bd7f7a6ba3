/**
 * F9: the journal's writer alone, pruning and marking what was delivered every few milliseconds, killed with -9 at any
 * write. The whole program, which prunes after days, is killed in program-kills.test.ts.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { numbersOf } from '@vedong/testing/seeded-numbers';
import { expect, it } from 'vitest';
import { describeJournal } from '../../src/journal/describe-journal.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readPosition } from '../../src/journal/delivery.ts';
import { openStore, storeFile } from '../../src/store.ts';
import { newFolder } from '../test-validator.ts';
import { firstSeed, spin } from './moments.ts';
import { isLong, report } from './two-validators.ts';

const seeds = isLong ? 1000 : 12;
const writer = join(import.meta.dirname, 'journal-writer.ts');

/** Lets a gate open some times, and kills it some microseconds to milliseconds after. Gives what it opened for. */
async function openUntilKilled(folder: string, seed: number): Promise<string[]> {
  const next = numbersOf(seed);
  const opensMost = 1 + Math.floor(next() ** 2 * 300);
  const lateMilliseconds = next() ** 2 * 15;
  const atOnce = String(1 + Math.floor(next() * 8));
  const child = spawn(process.execPath, [writer, folder, atOnce], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let isDue = false;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (isDue || output.length < opensMost * 37) return;
    isDue = true;
    spin(lateMilliseconds);
    child.kill('SIGKILL');
  });
  const [, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...how) => resolve(how));
  });
  expect(signal).toBe('SIGKILL');
  return output.match(/^[0-9a-f-]{36}$/gm) ?? [];
}

it('F9: whatever a gate opened for is in its journal, in a whole chain', { timeout: 1_800_000 }, async () => {
  const folder = newFolder();
  let opened = 0;
  let unanswered = 0;
  let lastSeq = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const taps = await openUntilKilled(folder, seed);
    const content = describeJournal(storeFile(folder));
    expect(content.damage, `FAULT_SEED=${seed}`).toBeNull();
    // Starts as a validator does, which checks the chain's end.
    const db = openStore(folder);
    const journal = openJournal(db, { onCommit: () => {}, onFailure: () => {} });
    const { deliveredSeq, pruned } = readPosition(db);
    const rows = db.prepare('select seq, record from taps order by seq').all() as {
      seq: number;
      record: string;
    }[];
    db.close();
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => pruned.seq + 1 + index));
    expect(journal.lastSeq()).toBeGreaterThanOrEqual(Math.max(deliveredSeq, lastSeq + taps.length));
    // What is not kept any more had been delivered, and is counted by its number.
    const kept = new Set(rows.map(({ record }) => (JSON.parse(record) as { tapId: string }).tapId));
    const gone = taps.findIndex((tapId) => kept.has(tapId));
    const mustBeKept = gone === -1 ? [] : taps.slice(gone);
    expect(
      mustBeKept.filter((tapId) => !kept.has(tapId)),
      `FAULT_SEED=${seed}`,
    ).toEqual([]);
    if (pruned.seq <= lastSeq) expect(gone, `FAULT_SEED=${seed}`).toBe(0);
    opened += taps.length;
    unanswered += journal.lastSeq() - lastSeq - taps.length;
    lastSeq = journal.lastSeq();
  }
  report(
    'F9',
    `${seeds} kills from FAULT_SEED=${firstSeed}: ${opened} opened, all of ${opened} in the journal; ${unanswered} written and not answered; ${lastSeq} numbers without a gap, chain whole each time`,
  );
});
