/** A gate without a network as its staff meet it: scan twenty people, pull the power, start again, plug in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type OperatorApi, type ValidatorApi } from '@vedong/contracts';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSessionClient } from '../src/demo/session-client.ts';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';
import { makePhones } from './phones.ts';

const gateId = '2A-01-in';
const people = 20;
const cardsPerRider = 5;

let stack: Stack;
let browser: Browser;
let gate: Page;
/** Each person's phone: the code it shows now, with no network. */
let phones: (() => Promise<string>)[];

beforeAll(async () => {
  stack = await startStack({ dataFolder: makeTemporaryFolder(), ports: await findFreePorts(), redis: true });
  const riders = Array.from({ length: people / cardsPerRider }, (_, n) => `091234560${n}`);
  const made = riders.map((phone) => makePhones(stack.issuerUrl, phone, cardsPerRider));
  phones = (await Promise.all(made)).flat().map(({ show }) => show);
  browser = await launchChromium();
  gate = await (
    await browser.newContext({ viewport: { width: 800, height: 600 }, locale: 'en-GB' })
  ).newPage();
  await gate.goto(`${stack.validatorUrl}/?gate=${gateId}`);
  await gate.getByTestId('ticket-input').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** What the scanner types, and what the screen then says. */
async function scan(code: string): Promise<{ outcome: string | null; reason: string | null }> {
  await gate.getByTestId('ticket-input').fill(code);
  await gate.getByTestId('ticket-input').press('Enter');
  const verdict = gate.getByTestId('verdict');
  await verdict.waitFor();
  const answer = {
    outcome: await verdict.getAttribute('data-outcome'),
    reason: await verdict.getAttribute('data-reason'),
  };
  await verdict.waitFor({ state: 'hidden' });
  return answer;
}

it('opens for twenty people with no network, knows them all after a power cut, and delivers them once', async () => {
  await stack.redis!.stop();
  await stack.operator.kill('SIGKILL');
  await stack.issuer.kill('SIGKILL');
  const memoryLost = gate.locator('[data-testid=degraded] [data-condition=guard_local]');
  await memoryLost.waitFor();

  const shown: string[] = [];
  for (const show of phones) {
    const code = await show();
    shown.push(code);
    expect(await scan(code)).toMatchObject({ outcome: 'accepted' });
  }

  await stack.validator.kill('SIGKILL');
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  await stack.validator.start();
  const last = shown.at(-1) as string;
  const again = await validator('POST /v1/taps', { body: { gate: '2A-02-in', ticket: last } });
  expect(again).toMatchObject({ outcome: 'rejected', guard: 'local' });
  expect(['replayed', 'stale']).toContain(again.reason);
  await memoryLost.waitFor();
  const { journal } = await validator('GET /v1/status');
  expect(journal.unsent).toBeGreaterThanOrEqual(people + 1);

  await stack.issuer.start();
  await stack.operator.start();
  await stack.redis!.start();
  const operator = createSessionClient<OperatorApi>(stack.operatorUrl);
  await operator('POST /v1/sign-in', { body: stack.staff });
  const listOpened = async () => {
    const { taps } = await operator('GET /v1/taps', { query: { limit: 200, gateId, outcome: 'accepted' } });
    return taps.map(({ cardRef }) => cardRef);
  };
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500))
    if ((await listOpened()).length >= people) break;
  const opened = await listOpened();
  expect(opened).toHaveLength(people);
  expect(new Set(opened).size).toBe(people);
  await gate.getByTestId('degraded').waitFor({ state: 'detached', timeout: 60_000 });
});
