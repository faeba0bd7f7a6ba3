/** F10 with the whole validator: damaged journals start, go on where the operator is, and nothing delivered is undone. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { simulateClock, type SimulatedClock } from '@vedong/testing/clock';
import type { TapAnswer } from '@vedong/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, type TestValidator } from './test-validator.ts';

let clock: SimulatedClock;
let city: TestCity;
let validator: TestValidator;
let answers: TapAnswer[];

beforeEach(async () => {
  clock = simulateClock('2026-11-23T08:00:00+07:00');
  city = await startTestCity(() => Math.floor(clock.nowMilliseconds() / 1000));
  validator = await startReadyValidator({ city, clock });
  await eventually(async () => (await validator.status()).statusLists.length === 3);
  answers = [];
});
afterEach(async () => {
  await validator.stop();
  await city.stop();
});

const tapMany = async (count: number) => {
  for (let index = 0; index < count; index += 1) answers.push(await validator.tap(await city.ticket()));
};
const allDelivered = () => eventually(async () => (await validator.status()).journal.unsent === 0, 30);
const file = () => join(validator.folder, 'validator.sqlite');
const inStore = (sql: string): void => {
  const db = new DatabaseSync(file());
  db.exec(sql);
  db.close();
};
const startAgain = async (): Promise<void> => {
  validator = await startReadyValidator({ city, clock, folder: validator.folder });
};
/** Notes are no taps: the city puts them aside as the operator does. */
const notes = () => city.state.records.filter((record) => record.includes('journal_cut'));
/** The operator's word of where it is may come later than the first taps. */
const noteDelivered = async (): Promise<void> => {
  await eventually(() => notes().length > 0, 30);
  await allDelivered();
};

/** Every answer is at the operator, but those whose record was destroyed before it got there. */
function expectDelivered(lost: number): void {
  const delivered = new Set(city.state.taps.map(({ tapId }) => tapId));
  expect(answers.filter(({ tapId }) => !delivered.has(tapId))).toHaveLength(lost);
  expect(delivered.size).toBe(city.state.taps.length);
}

it('goes on in its own chain when taps that were not sent are damaged, and says what was lost', async () => {
  await tapMany(3);
  await allDelivered();
  city.state.isUp = false;
  await tapMany(4);
  await validator.stop();
  inStore(`update taps set record = replace(record, 'accepted', 'rejected') where seq = 6`);
  city.state.isUp = true;
  await startAgain();
  await allDelivered();
  await tapMany(2).catch(() => {});
  clock.advance(60_000);
  await tapMany(2);
  await noteDelivered();
  expect(notes()).toHaveLength(1);
  expect((await validator.status()).journal).toMatchObject({ cuts: 1, quarantined: 0 });
  expectDelivered(2);
});

it('loses nothing when taps that were sent are damaged', async () => {
  await tapMany(5);
  await allDelivered();
  city.state.isUp = false;
  await tapMany(3);
  await validator.stop();
  inStore('delete from taps where seq = 2');
  city.state.isUp = true;
  await startAgain();
  clock.advance(60_000);
  await tapMany(1);
  await noteDelivered();
  expect(notes()).toHaveLength(1);
  expectDelivered(0);
});

it.each([
  ['is no database any more', () => writeFileSync(file(), 'no database '.repeat(2000))],
  ['is gone', () => rmSync(file())],
  ['is as it was long ago', () => copyFileSync(`${file()}.old`, file())],
])('starts again where the operator is when the file %s', async (_what, damage) => {
  await tapMany(2);
  await allDelivered();
  await validator.stop();
  copyFileSync(file(), `${file()}.old`);
  await startAgain();
  await tapMany(5);
  await allDelivered();
  await validator.stop();
  damage();
  await startAgain();
  clock.advance(60_000);
  await tapMany(3);
  await noteDelivered();
  expect(notes()).toHaveLength(1);
  expectDelivered(0);
  expect((await validator.status()).journal.cuts).toBe(1);
  await validator.stop();
  await startAgain();
  await tapMany(1);
  await allDelivered();
  expect(notes()).toHaveLength(1);
});

it('opens for no code of the moments of which it may have forgotten something', async () => {
  const used = await city.ticket();
  answers.push(await validator.tap(used));
  await validator.stop();
  writeFileSync(file(), 'no database '.repeat(2000));
  await startAgain();
  await eventually(async () => (await validator.status()).statusLists.length === 3);
  expect(await validator.tap(used, '2A-02-in')).toMatchObject({ outcome: 'rejected', reason: 'gate_closed' });
  clock.advance(45_000);
  expect(await validator.tap(await city.ticket())).toMatchObject({ outcome: 'accepted' });
});

it('prints by command what a journal holds', async () => {
  await tapMany(3);
  await validator.tap('no ticket');
  await validator.stop();
  const command = join(import.meta.dirname, '../commands/verify-journal.ts');
  const run = () => execFileSync(process.execPath, [command, file()], { encoding: 'utf8' });
  expect(run()).toMatch(
    /records\s+1 to 4\n[^]*accepted 3, refused 1\nreasons\s+malformed 1\n[^]*chain\s+whole/,
  );
  const before = readFileSync(file());
  inStore('delete from taps where seq = 2');
  expect(run).toThrow(
    expect.objectContaining({
      status: 1,
      stdout: expect.stringContaining('record 2 is missing') as string,
    }) as Error,
  );
  writeFileSync(file(), before);
  expect(() => execFileSync(process.execPath, [command], { stdio: 'pipe' })).toThrow(
    expect.objectContaining({ status: 2 }) as Error,
  );
  await startAgain();
});
