/** F9: the whole program killed with -9 under load, or while it starts, over and over on one folder. */
import { DatabaseSync } from 'node:sqlite';
import type { TapAnswer } from '@vedong/contracts';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import type { Tap } from '@vedong/travel';
import { numbersOf } from '@vedong/testing/seeded-numbers';
import { expect, it } from 'vitest';
import { describeJournal } from '../../src/journal/describe-journal.ts';
import { storeFile } from '../../src/store.ts';
import { startTestCity } from '../test-city.ts';
import {
  eventually,
  newFolder,
  runProgram,
  waitForProgram,
  type Program,
  type TestValidator,
} from '../test-validator.ts';
import { firstSeed, spin } from './moments.ts';
import { isLong, report } from './two-validators.ts';

const kills = isLong ? 1000 : 10;
const gates = ['2A-01-in', '2A-02-in'];
/** A slot counts for less than a minute; after this nobody can show the code again. */
const shownAgainMilliseconds = 30_000;

/** A ticket that was shown, and what the gate said: nothing where the program was killed first. */
interface Shown {
  ticket: string;
  gate: number;
  shownAt: number;
  answer: TapAnswer | null;
}

type Calls = Pick<TestValidator, 'tap'>;

/** Shows a ticket and keeps it, answered or not. */
async function show(calls: Calls, given: Shown[], ticket: string, gate: number): Promise<TapAnswer> {
  const one: Shown = { ticket, gate, shownAt: performance.now(), answer: null };
  given.push(one);
  one.answer = await calls.tap(ticket, gates[gate]);
  return one.answer;
}

/** Scanners at both gates until the program is gone: killed a moment after it has given so many answers. */
async function loadUntilKilled(
  program: Program,
  show: (gate: number) => Promise<unknown>,
  { scanners, answersMost, isHeld, lateMilliseconds }: ReturnType<typeof drawKill>,
): Promise<void> {
  let answers = 0;
  const scan = async (_: unknown, scanner: number): Promise<void> => {
    for (;;) {
      await show(scanner % gates.length);
      answers += 1;
      if (answers !== answersMost) continue;
      const kill = () => program.process.kill('SIGKILL');
      if (!isHeld) setTimeout(kill, lateMilliseconds * 10);
      else {
        spin(lateMilliseconds);
        kill();
      }
    }
  };
  for (const end of await Promise.allSettled(Array.from({ length: scanners }, scan)))
    expect(end).toMatchObject({ reason: { code: 'no_answer' } });
}

/** What a seed says of one kill: squares, so that most come early and some late. */
function drawKill(seed: number) {
  const next = numbersOf(seed);
  return {
    isWhileStarting: next() < 0.1,
    startMilliseconds: next() * 1000,
    isOperatorAway: next() < 0.4,
    scanners: 1 + Math.floor(next() * 12),
    answersMost: 1 + Math.floor(next() ** 2 * 150),
    /** Nobody taps between the answer and the kill, which is then as close as it is drawn; else taps go on. */
    isHeld: next() < 0.5,
    lateMilliseconds: next() * 4,
  };
}

/** Follows the file from kill to kill, as each left it: read-only, so that the program itself must recover it. */
function watchJournal(folder: string) {
  let seq = 0;
  let hash = chainStart;
  const taps = new Map<string, Tap>();
  const hashes = [chainStart];
  const accepted = new Set<string>();
  return {
    taps,
    /** Hash by number. */
    hashes,
    readOn(): void {
      const db = new DatabaseSync(storeFile(folder), { readOnly: true });
      const rows = db.prepare('select seq, record, hash from taps where seq > ? order by seq').all(seq);
      db.close();
      for (const row of rows as { seq: number; record: string; hash: string }[]) {
        expect(row.seq).toBe(seq + 1);
        expect(row.hash).toBe(nextChainHash(hash, row.record));
        ({ seq, hash } = row);
        hashes.push(hash);
        const tap = JSON.parse(row.record) as Tap;
        taps.set(tap.tapId, tap);
        if (tap.outcome !== 'accepted') continue;
        const code = `${tap.ticket!.cardRef} ${tap.ticket!.slot}`;
        expect(accepted.has(code), `${code} accepted twice`).toBe(false);
        accepted.add(code);
      }
    },
  };
}

it(
  `F9: ${kills} kills of the program lose no answer and bring no code back to life`,
  { timeout: 7_200_000 },
  async () => {
    const city = await startTestCity();
    const folder = newFolder();
    const journal = watchJournal(folder);
    const given: Shown[] = [];
    let checked = 0;
    let whileStarting = 0;
    let shownAgain = 0;
    const start = async () => {
      const program = runProgram({ city, folder });
      return { program, calls: await waitForProgram(program) };
    };

    /** After a start: an opened code opens nothing, and one that nobody answered at most one gate. */
    async function showAgain(calls: Calls): Promise<void> {
      const since = performance.now() - shownAgainMilliseconds;
      const live = given.filter(({ shownAt }) => shownAt > since);
      const opened = live.filter(({ answer }) => answer?.outcome === 'accepted').slice(-4);
      for (const { ticket, gate } of opened)
        expect(await show(calls, given, ticket, 1 - gate)).toMatchObject({ outcome: 'rejected' });
      const unanswered = live.filter(({ answer }) => answer === null).slice(-4);
      for (const { ticket, gate } of unanswered) await show(calls, given, ticket, gate);
      shownAgain += opened.length + unanswered.length;
    }

    function compare(seed: number): void {
      journal.readOn();
      for (const { answer } of given.slice(checked)) {
        if (answer)
          expect(journal.taps.get(answer.tapId)?.outcome, `FAULT_SEED=${seed}`).toBe(answer.outcome);
      }
      checked = given.length;
      // What the operator was given is a part of it.
      expect(journal.hashes[city.state.records.length]).toBe(city.state.lastHash);
    }

    process.stdout.write(`F9: FAULT_SEED=${firstSeed}\n`);
    // Enrolled first: a code for enrolment counts once.
    const first = await start();
    first.program.process.kill('SIGKILL');
    await first.program.ended;
    for (let seed = firstSeed; seed < firstSeed + kills; seed += 1) {
      const kill = drawKill(seed);
      if (kill.isWhileStarting) {
        const { process, ended } = runProgram({ city, folder });
        setTimeout(() => process.kill('SIGKILL'), kill.startMilliseconds);
        expect(await ended).toBe('SIGKILL');
        whileStarting += 1;
      } else {
        const { program, calls } = await start();
        await showAgain(calls);
        city.state.isUp = !kill.isOperatorAway;
        const showNew = async (gate: number) => show(calls, given, await city.ticket(), gate);
        await loadUntilKilled(program, showNew, kill);
        expect(await program.ended).toBe('SIGKILL');
        city.state.isUp = true;
      }
      compare(seed);
      const killed = seed + 1 - firstSeed;
      if (killed % 100 === 0) process.stdout.write(`F9: ${killed} kills\n`);
    }

    const { program, calls } = await start();
    await showAgain(calls);
    await eventually(async () => (await calls.status()).journal.unsent === 0, 120);
    expect((await calls.status()).journal).toMatchObject({ lastSeq: city.state.records.length, cuts: 0 });
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    compare(firstSeed + kills);
    expect(describeJournal(storeFile(folder))).toMatchObject({ damage: null, notes: [] });
    // The city refuses gaps and broken chains; each answer is there once, as it was given.
    const delivered = new Map(city.state.taps.map((tap) => [tap.tapId, tap.outcome]));
    expect(delivered.size).toBe(city.state.taps.length);
    const answers = given.flatMap(({ answer }) => answer ?? []);
    for (const { tapId, outcome } of answers) expect(delivered.get(tapId)).toBe(outcome);
    const opened = new Set(answers.filter(({ outcome }) => outcome === 'accepted').map(({ tapId }) => tapId));
    const answered = new Set(answers.map(({ tapId }) => tapId));
    report(
      'F9',
      [
        `the program killed ${kills} times from FAULT_SEED=${firstSeed}, ${whileStarting} of them while it started`,
        `${opened.size} opened, all in the journal and delivered once`,
        `${journal.taps.size - answered.size} more written and not answered`,
        `${shownAgain} codes shown again after a start, none opened a second gate`,
        `${journal.taps.size} numbers without a gap, chain whole each time`,
      ].join('; '),
    );
    await city.stop();
  },
);
