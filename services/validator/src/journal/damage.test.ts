/** F10: a journal truncated, torn or changed at any byte starts, keeps what verifies, and says that it was cut. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import { silentLog } from '@vedong/runtime/log';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Tap } from '@vedong/travel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeFile } from '../store.ts';
import { countCuts, hasOpenCut } from './cuts.ts';
import { findUnsent, markDelivered, readPosition } from './delivery.ts';
import { describeJournal } from './describe-journal.ts';
import { openJournal } from './journal.ts';
import { openWholeStore } from './open-whole.ts';

const taps = 60;
const delivered = 25;
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const damages = Number(process.env['JOURNAL_DAMAGES'] ?? 120);

const tapAt = (index: number): Tap => ({
  tapId: `tap-${index}`,
  gateId: '2A-01-in',
  at: new Date(1_800_000_000_000 + index * 1000).toISOString(),
  outcome: 'rejected',
  reason: 'malformed',
  guard: 'none',
  marks: [],
});

let root: string;
let whole: string;
/** Record and chain hash of each number. */
const original = new Map<number, { record: string; hash: string }>();

beforeAll(async () => {
  root = makeTemporaryFolder();
  whole = join(root, 'whole');
  const { db } = openWholeStore(whole, 0, silentLog);
  const journal = openJournal(db, { onCommit: () => {}, onFailure: () => {} });
  let hash = chainStart;
  for (let index = 1; index <= taps; index += 1) {
    await journal.append(tapAt(index));
    const record = JSON.stringify(tapAt(index));
    hash = nextChainHash(hash, record);
    original.set(index, { record, hash });
  }
  markDelivered(db, delivered, 0);
  // As power leaves it: the newest taps lie in the log only. The copy is taken while the file is open.
  cpSync(whole, join(root, 'torn'), { recursive: true });
  db.close();
});
afterAll(() => rmSync(root, { recursive: true }));

/** Numbers that look random and come again with the seed. */
function* randomNumbers(state: number): Generator<number, never> {
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

interface Outcome {
  kept: number;
  isCut: boolean;
}

/** Opens a damaged copy, checks what it kept against the original, adds a tap and checks the chain again. */
async function openDamaged(from: string, damage: (file: string) => void): Promise<Outcome> {
  const folder = join(root, 'damaged');
  cpSync(from, folder, { recursive: true });
  damage(storeFile(folder));
  try {
    const { db, isCut } = openWholeStore(folder, 1_900_000_000_000, silentLog);
    const rows = db.prepare('select seq, record, hash from taps order by seq').all() as {
      seq: number;
      record: string;
      hash: string;
    }[];
    const kept = rows.filter(({ record }) => !record.includes('journal_cut'));
    for (const { seq, record, hash } of kept) expect({ record, hash }).toEqual(original.get(seq));
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => (kept[0]?.seq ?? 0) + index));
    expect([countCuts(db), hasOpenCut(db)]).toEqual([Number(isCut), isCut]);
    expect(rows.length - kept.length).toBe(Number(isCut));
    if (isCut) expect(existsSync(`${storeFile(folder)}.damaged-1`)).toBe(true);
    const { deliveredSeq, pruned } = readPosition(db);
    expect(deliveredSeq).toBeGreaterThanOrEqual(pruned.seq);
    await openJournal(db, { onCommit: () => {}, onFailure: () => {} }).append(tapAt(999));
    expect(findUnsent(db, 1000)?.records.at(-1)).toBe(JSON.stringify(tapAt(999)));
    db.close();
    expect(describeJournal(storeFile(folder)).damage).toBeNull();
    return { kept: kept.length, isCut };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('moves what it finds in the log into the file before anything is built on it', () => {
  const folder = join(root, 'emptied');
  cpSync(join(root, 'torn'), folder, { recursive: true });
  openWholeStore(folder, 0, silentLog);
  // As power leaves it, when nothing of the log ever was on disk.
  const fileAlone = join(root, 'file-alone');
  mkdirSync(fileAlone);
  cpSync(storeFile(folder), storeFile(fileAlone));
  expect(describeJournal(storeFile(fileAlone))).toMatchObject({ taps, damage: null, notes: [] });
});

it('F10: starts whatever byte is damaged', { timeout: 120_000 }, async () => {
  const random = randomNumbers(seed);
  const outcomes: Outcome[] = [];
  for (let round = 0; round < damages; round += 1) {
    const isTorn = round % 2 === 1;
    const end = isTorn && round % 4 === 1 ? '-wal' : '';
    outcomes.push(
      await openDamaged(isTorn ? join(root, 'torn') : whole, (file) => {
        const damaged = `${file}${end}`;
        const at = Math.floor(random.next().value * statSync(damaged).size);
        if (random.next().value < 0.5) truncateSync(damaged, at);
        else {
          const content = readFileSync(damaged);
          const until = Math.min(content.length, at + 1 + Math.floor(random.next().value * 600));
          content.fill(Math.floor(random.next().value * 256), at, until);
          writeFileSync(damaged, content);
        }
      }),
    );
  }
  const cuts = outcomes.filter(({ isCut }) => isCut).length;
  const kept = outcomes.reduce((sum, outcome) => sum + outcome.kept, 0);
  console.log(
    `F10: ${damages} damages, seed ${seed}: all started, ${cuts} cuts, ${kept} of ${damages * taps} kept`,
  );
  expect(cuts).toBeGreaterThan(0);
  expect(cuts).toBeLessThan(damages);
});

const inStore = (sql: string) => (file: string) => {
  const { db } = openWholeStore(join(file, '..'), 0, silentLog);
  db.exec(sql);
  db.close();
};

it.each([
  ['a tap not yet sent was changed', `update taps set record = '{}' where seq = 40`, 39, true],
  ['a tap not yet sent is missing', 'delete from taps where seq = 30', 29, true],
  [
    'a sent tap was changed: nothing is lost',
    `update taps set record = '{}' where seq = 9`,
    taps - delivered,
    true,
  ],
  ['the first tap is missing: nothing is lost', 'delete from taps where seq = 1', taps - delivered, true],
  ['the last sent tap is missing', `delete from taps where seq = ${delivered}`, delivered - 1, true],
  ['nothing', 'select 1', taps, false],
])('cuts exactly as much as it must: %s', async (_what, sql, kept, isCut) => {
  expect(await openDamaged(whole, inStore(sql))).toEqual({ kept, isCut });
});

it('starts with nothing where the file is no database, or a sent tap and its end are gone', async () => {
  expect(await openDamaged(whole, (file) => writeFileSync(file, 'no database '.repeat(1000)))).toEqual({
    kept: 0,
    isCut: true,
  });
});

it('says what a journal holds, and where it is damaged, without changing it', () => {
  const before = readFileSync(storeFile(whole));
  expect(describeJournal(storeFile(whole))).toMatchObject({
    taps,
    firstSeq: 1,
    lastSeq: taps,
    deliveredSeq: delivered,
    accepted: 0,
    reasons: { malformed: taps },
    lastHash: original.get(taps)!.hash,
    damage: null,
  });
  const folder = join(root, 'look');
  cpSync(whole, folder, { recursive: true });
  inStore(`update taps set record = '{}' where seq = 40`)(storeFile(folder));
  expect(describeJournal(storeFile(folder))).toMatchObject({
    lastSeq: 39,
    damage: expect.stringMatching(/40/) as string,
  });
  expect(readFileSync(storeFile(whole))).toEqual(before);
  expect(() => describeJournal(join(root, 'nothing'))).toThrow('no such file');
});
