/** F18 on the running program: bundles that are not what they should be. */
import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, newFolder, runProgram, waitForProgram, type Program } from './test-validator.ts';

const patienceSeconds = 60;
let city: TestCity;
beforeEach(async () => {
  city = await startTestCity();
});
afterEach(() => city.stop());

const env = { REFRESH_SECONDS: '1', LOG_LEVEL: 'info' };

/** A row of the table of faults, for who asked for it. */
function report(row: string): void {
  console.log(row);
  const file = process.env['FAULT_FIGURES'];
  if (file !== undefined) appendFileSync(file, `${row}\n`);
}

it(
  'F18: no bundle but a later good one replaces the last good one, across restarts',
  { timeout: 300_000 },
  async () => {
    city.state.bundleVersion = 5;
    const folder = newFolder();
    let program: Program = runProgram({ city, folder, env });
    let calls = await waitForProgram(program);
    const good = await city.signBundle();
    const stranger = await startTestCity();
    await stranger.stop();
    const bad = new Map([
      ['corrupt', `${good.slice(0, 300)}A${good.slice(301)}`],
      ['truncated', good.slice(0, -40)],
      ['unsigned', `${good.slice(0, good.lastIndexOf('.'))}.`],
      ['of another root', await stranger.signBundle({ version: 9 })],
      ['older', await city.signBundle({ version: 4 })],
      ['ended', await city.signBundle({ version: 9, exp: Math.floor(Date.now() / 1000) - 1 })],
      ['from the future', await city.signBundle({ version: 9, iat: Math.floor(Date.now() / 1000) + 3600 })],
      ['no text at all', ''],
    ]);
    let answers = 0;
    const stillOpens = async () => {
      expect((await calls.status()).trust?.version).toBe(5);
      expect(await calls.tap(await city.ticket())).toMatchObject({ outcome: 'accepted' });
      answers += 1;
    };
    for (const text of bad.values()) {
      city.state.bundleText = text;
      // The second request comes once the answer to the first has been judged.
      const before = city.state.bundlesGiven;
      await eventually(() => city.state.bundlesGiven >= before + 2, patienceSeconds);
      await stillOpens();
      program.process.kill('SIGKILL');
      await program.ended;
      program = runProgram({ city, folder, env });
      calls = await waitForProgram(program);
      await stillOpens();
    }
    city.state.bundleText = null;
    city.state.bundleVersion = 6;
    await eventually(async () => (await calls.status()).trust?.version === 6, patienceSeconds);
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    report(
      `| F18 | bundle ${[...bad.keys()].join(', ')} | ${bad.size} bad bundles, each before and after kill -9: version 5 kept, ${answers} of ${answers} taps judged by it |`,
    );
  },
);
