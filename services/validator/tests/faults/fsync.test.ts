/** F11: the disk of the running program fails at fsync: nobody is opened unrecorded, nor recorded unopened. */
import { fileURLToPath } from 'node:url';
import type { TapAnswer } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { describeJournal } from '../../src/journal/describe-journal.ts';
import { storeFile } from '../../src/store.ts';
import { startTestCity } from '../test-city.ts';
import {
  environment,
  eventually,
  newFolder,
  runProgram,
  waitForProgram,
  type TestValidator,
} from '../test-validator.ts';
import { failSync, runOnFailingDisk, whyNoFailingSync } from './failing-sync.ts';
import { report } from './two-validators.ts';

const mainFile = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const unavailable = { status: 503, code: 'journal_unavailable', retryAfterSeconds: 1 };

interface Given {
  ticket: string;
  askedAt: number;
  answeredAt: number;
  /** What it was told in place of an answer. */
  refusal?: unknown;
  answer?: TapAnswer;
}

type Calls = Pick<TestValidator, 'tap'>;

/** Four scanners with a new rider each time, until told to stop. */
function startRiders(calls: Calls, newTicket: () => Promise<string>) {
  const given: Given[] = [];
  const stopping = new AbortController();
  const scan = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const ticket = await newTicket();
      const askedAt = performance.now();
      const outcome = await calls.tap(ticket).then(
        (answer) => ({ answer }),
        (refusal: unknown) => ({ refusal }),
      );
      given.push({ ticket, askedAt, answeredAt: performance.now(), ...outcome });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const riding = Promise.all(Array.from({ length: 4 }, scan));
  return {
    given,
    async stop() {
      stopping.abort();
      await riding;
    },
  };
}

const answersOf = (given: readonly Given[]) => given.flatMap(({ answer }) => answer ?? []);
const refusalsOf = (given: readonly Given[]) => given.filter(({ refusal }) => refusal !== undefined);
const idsOf = (taps: readonly { tapId: string }[]) => taps.map(({ tapId }) => tapId).toSorted();

const why = whyNoFailingSync();
if (why !== null) {
  process.stdout.write(
    `F11: no fsync can be made to fail here (${why}); disk.test.ts fails the commit instead\n`,
  );
}

it.runIf(why === null).each(['works again', 'is killed first'])(
  'F11: fsync fails under load, and the program %s',
  { timeout: 240_000 },
  async (how) => {
    const city = await startTestCity();
    const plan = { city, folder: newFolder() };
    let program = runProgram(plan);
    let calls = await waitForProgram(program);
    const riders = startRiders(calls, () => city.ticket());
    const { given } = riders;
    await eventually(() => given.length >= 40, 60);
    const disk = await failSync(program.process.pid!);
    const brokenAt = performance.now();
    await eventually(() => refusalsOf(given).length >= 20, 60);
    await eventually(async () => (await calls.status()).journal.state === 'failing', 30);
    const alarmAt = performance.now();
    // What else the program writes fails too, and must not end it: a new list, a new bundle, what was delivered.
    city.revoke(7);
    city.state.bundleVersion += 1;
    const asked = city.state.bundlesGiven;
    await eventually(() => city.state.bundlesGiven >= asked + 2, 60);
    const metrics = await (await fetch(`${calls.url}/metrics`)).text();
    expect(metrics).toMatch(/vedong_journal_failing\{[^}]*\} 1/);
    await riders.stop();
    const failures = disk.failures();
    const whileBroken = given.filter(({ askedAt }) => askedAt > brokenAt);
    expect(answersOf(whileBroken)).toEqual([]);
    for (const { refusal } of whileBroken) expect(refusal).toMatchObject(unavailable);
    const firstRefusal = Math.min(...refusalsOf(given).map(({ answeredAt }) => answeredAt));

    if (how === 'is killed first') {
      program.process.kill('SIGKILL');
      expect(await program.ended).toBe('SIGKILL');
      await disk.end();
      // A rider who was told to go away is not recorded as one who went in.
      expect(describeJournal(storeFile(plan.folder))).toMatchObject({
        damage: null,
        taps: answersOf(given).length,
      });
      // A start on the failing disk cannot make sure of what it finds, and says so.
      const { status, stderr } = runOnFailingDisk(mainFile, {
        PATH: process.env['PATH'],
        ...environment(plan),
      });
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringContaining('The disk of the data folder fails') as string,
      });
      program = runProgram(plan);
      calls = await waitForProgram(program);
    } else {
      await disk.end();
      await eventually(async () => (await calls.status()).journal.state !== 'failing', 30);
    }
    const healedAt = performance.now();
    // Who was refused is let in by the same code.
    const { ticket } = whileBroken.at(-1)!;
    const answers = [...answersOf(given), await calls.tap(ticket)];
    expect(answers.at(-1)).toMatchObject({ outcome: 'accepted', repeat: false });
    expect(await calls.tap(ticket, '2A-02-in')).toMatchObject({ reason: 'replayed' });
    await eventually(async () => (await calls.status()).journal.unsent === 0, 60);
    expect(idsOf(city.state.taps.filter(({ reason }) => reason === undefined))).toEqual(idsOf(answers));
    await eventually(async () => (await calls.status()).trust?.version === city.state.bundleVersion, 30);
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    await city.stop();
    report(
      'F11',
      [
        `fsync failed ${failures} times, the program ${how}`,
        `${whileBroken.length} riders told journal_unavailable, none opened; alarm seen ${Math.round(alarmAt - firstRefusal)} ms after the first`,
        `${answers.length} opened, the journal and the operator hold exactly these; ${Math.round(healedAt - alarmAt)} ms later in use again`,
      ].join('; '),
    );
  },
);
