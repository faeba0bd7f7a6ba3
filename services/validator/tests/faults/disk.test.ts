/** F11: a journal that is full, read-only or on a failing disk: an alarm at once, and nothing opened unrecorded. */
import { execFileSync } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { TapAnswer } from '@vedong/contracts';
import { silentLog } from '@vedong/runtime/log';
import type { Tap } from '@vedong/travel';
import { afterAll, expect, it } from 'vitest';
import { describeJournal } from '../../src/journal/describe-journal.ts';
import { watchHealth } from '../../src/journal/health.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { openStore, storeFile } from '../../src/store.ts';
import { startTestCity } from '../test-city.ts';
import { eventually, newFolder, runProgram, startReadyValidator } from '../test-validator.ts';
import { isLong, report } from './two-validators.ts';

const mounts: string[] = [];
const mount = (folder: string, ...options: string[]): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', folder], { stdio: 'pipe' });
};
afterAll(() => {
  for (const folder of mounts) execFileSync('umount', [folder]);
});

/** A disk of 4 MB of its own; null where this account may not mount one. */
function mountSmallDisk(): string | null {
  const folder = newFolder();
  try {
    mount(folder, 'size=4m', 'mode=0711');
  } catch {
    return null;
  }
  mounts.push(folder);
  return folder;
}
const disk = mountSmallDisk();

const fullWays = [
  ...(disk ? [['the disk', disk, { JOURNAL_RESERVE_MEGABYTES: '0' }] as const] : []),
  ...(disk && !isLong
    ? []
    : [
        [
          'its own limit',
          newFolder(),
          { JOURNAL_MOST_MEGABYTES: '1', JOURNAL_RESERVE_MEGABYTES: '0' },
        ] as const,
      ]),
];

/** Leaves half a megabyte of the small disk. */
function fillUp(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(bavail * bsize - 524_288));
}

it.each(fullWays)(
  'F11: full by %s: opens for nobody, says so, and goes on when there is room',
  { timeout: 240_000 },
  async (way, folder, env) => {
    const city = await startTestCity();
    let validator = await startReadyValidator({ city, folder, env });
    await eventually(async () => (await validator.status()).statusLists.length === 3, 30);
    city.state.isUp = false;
    if (way === 'the disk') fillUp(folder);
    const answers: TapAnswer[] = [];
    const refused: { ticket: string; reason: unknown }[] = [];
    let fullAt = 0;
    for (let round = 0; refused.length === 0 && round < 500; round += 1) {
      const tickets = await Promise.all(Array.from({ length: 20 }, () => city.ticket()));
      const outcomes = await Promise.allSettled(tickets.map((ticket) => validator.tap(ticket)));
      fullAt = performance.now();
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') answers.push(outcome.value);
        else refused.push({ ticket: tickets[index]!, reason: outcome.reason });
      }
    }
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ status: 503, code: 'journal_unavailable', retryAfterSeconds: 1 });
    }
    await eventually(async () => (await validator.status()).journal.state === 'failing', 30);
    const alarmMilliseconds = Math.round(performance.now() - fullAt);
    expect(await (await fetch(`${validator.url}/metrics`)).text()).toMatch(
      /vedong_journal_failing\{[^}]*\} 1/,
    );
    // Everybody let in is in the journal, and nobody else.
    const content = describeJournal(storeFile(folder));
    expect(content).toMatchObject({ damage: null, taps: answers.length, lastSeq: answers.length });
    expect(content.accepted).toBe(answers.filter(({ outcome }) => outcome === 'accepted').length);

    if (way === 'the disk') mount(folder, 'remount', 'size=64m');
    else {
      await validator.stop();
      validator = await startReadyValidator({ city, folder });
    }
    city.state.isUp = true;
    await eventually(async () => (await validator.status()).journal.state !== 'failing', 30);
    answers.push(await validator.tap(await city.ticket()));
    await eventually(async () => (await validator.status()).journal.unsent === 0, 60);
    const ids = (taps: readonly { tapId: string }[]) => taps.map(({ tapId }) => tapId).toSorted();
    expect(ids(city.state.taps)).toEqual(ids(answers));
    report(
      'F11',
      `full by ${way} after ${answers.length - 1} taps, ${refused.length} riders told journal_unavailable, alarm seen after ${alarmMilliseconds} ms; with room again, all ${answers.length} delivered`,
    );
    await validator.stop();
    await city.stop();
    // The same disk, read-only from the start: a sentence, and no gate.
    if (way !== 'the disk') return;
    mount(folder, 'remount', 'ro');
    const program = runProgram({ city, folder });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('The data folder cannot be written');
  },
);

const tapAt = (milliseconds: number): Tap => ({
  tapId: `tap-${milliseconds}`,
  gateId: '2A-01-in',
  at: new Date(milliseconds).toISOString(),
  outcome: 'rejected',
  reason: 'malformed',
  guard: 'none',
  marks: [],
});

/** A disk that does not take the commit, where no real sync can be made to fail as in fsync.test.ts. */
function withFailingSync(db: DatabaseSync, isFailing: () => boolean): DatabaseSync {
  return new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'exec' && args[0] === 'commit' && isFailing()) {
          throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
        }
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

it.each(['read-only', 'failing fsync'])(
  'F11: %s: the alarm is on with the first tap that fails and off with the first that works',
  async (what) => {
    let isBroken = false;
    const real = openStore(newFolder());
    const setBroken = (broken: boolean): void => {
      isBroken = broken;
      if (what === 'read-only') real.exec(`pragma query_only = ${broken ? 1 : 0}`);
    };
    const db = withFailingSync(real, () => isBroken && what === 'failing fsync');
    const health = watchHealth(silentLog, { leftBytes: () => Number.MAX_SAFE_INTEGER });
    const journal = openJournal(db, { onCommit: health.worked, onFailure: health.failed });
    await journal.append(tapAt(1));
    setBroken(true);
    await expect(journal.append(tapAt(2))).rejects.toMatchObject({ code: 'journal_unavailable' });
    expect(health.isFailing()).toBe(true);
    // Something else stands in the log in the place of the commit that failed.
    const tries = real.prepare('select tries from clock_mark').get()!['tries'];
    expect(tries).toBe(what === 'failing fsync' ? 1 : 0);
    setBroken(false);
    await journal.append(tapAt(3));
    expect(health.isFailing()).toBe(false);
    const kept = real.prepare('select seq, record from taps order by seq').all();
    expect(kept.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(String(kept[1]?.['record'])).toContain('tap-3');
    real.close();
  },
);
