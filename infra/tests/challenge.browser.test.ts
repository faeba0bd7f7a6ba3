/** A gate that asks for its own code, in two real pages: the rider reads it, the ticket answers it, and a relayed one does not. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OperatorApi } from '@vedong/contracts';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { decodeTicket } from '@vedong/ticket';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { createSessionClient } from '../src/demo/session-client.ts';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';
import { signInRider } from './sign-in-rider.ts';

const gateId = '2A-01-in';
let stack: Stack;
let browser: Browser;
let card: Page;
let gate: Page;

beforeAll(async () => {
  const wasm = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });
  stack = await startStack({ dataFolder: makeTemporaryFolder(), ports: await findFreePorts(), redis: false });
  const staff = createSessionClient<OperatorApi>(stack.operatorUrl);
  await staff('POST /v1/sign-in', { body: stack.staff });
  await staff('PUT /v1/gates/{gateId}/challenge', { params: { gateId }, body: { isShown: true } });
  browser = await launchChromium();
  const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, locale: 'vi-VN' };
  card = await (await browser.newContext(phone)).newPage();
  gate = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** What a camera sees, read by zxing; undefined where it is no whole code at that moment. */
async function readPicture(of: Locator): Promise<string | undefined> {
  const [code] = await readBarcodes(await of.screenshot(), { formats: ['QRCode'] });
  return code?.text;
}

async function untilRead(of: Locator, isWanted: (text: string) => boolean): Promise<string> {
  let text: string | undefined;
  const read = async () => {
    text = await readPicture(of);
    return text !== undefined && isWanted(text);
  };
  await expect.poll(read, { timeout: 60_000 }).toBe(true);
  return text!;
}

const challengeOf = (text: string): string | null => {
  const ticket = decodeTicket(text);
  return ticket.profile === 'D' ? ticket.challenge : null;
};

async function show(text: string) {
  await gate.getByTestId('ticket-input').fill(text);
  await gate.getByTestId('ticket-input').press('Enter');
  const verdict = gate.getByTestId('verdict');
  await verdict.and(gate.locator('[data-outcome]')).waitFor();
  const outcome = await verdict.getAttribute('data-outcome');
  const reason = await verdict.getAttribute('data-reason');
  await verdict.waitFor({ state: 'detached' });
  return { outcome, reason };
}

it('takes the ticket that answers the picture on its screen, and no copy and no relay', async () => {
  await signInRider(card, stack.issuerUrl, '0912 345 679');

  await gate.goto(`${stack.validatorUrl}/?gate=${gateId}`);
  const picture = gate.getByTestId('challenge').locator('svg');
  await picture.waitFor({ timeout: 60_000 });

  // Filmed elsewhere and sent here: fresh and well signed, but it answers nothing.
  const relayed = await untilRead(card.getByTestId('code'), (text) => text.startsWith('VD1:'));
  expect(challengeOf(relayed)).toBeNull();
  expect(await show(relayed)).toEqual({ outcome: 'rejected', reason: 'wrong_challenge' });

  const displayed = await untilRead(picture, (text) => text.startsWith('VC1:'));
  await card.getByTestId('gate-code').getByRole('link').click();
  await card.getByTestId('gate-code-text').fill(displayed);
  await card.getByTestId('gate-code-text').press('Enter');
  const ticket = await untilRead(
    card.getByTestId('code'),
    (text) => `VC1:${challengeOf(text)?.toUpperCase()}` === displayed,
  );
  expect(await show(ticket)).toMatchObject({ outcome: 'accepted' });

  // What was displayed has been used: the gate asks anew, and the next code with the old answer is refused.
  await untilRead(picture, (text) => text !== displayed);
  const slotOf = (text: string) => decodeTicket(text).slot;
  const next = await untilRead(card.getByTestId('code'), (text) => slotOf(text) > slotOf(ticket));
  expect(await show(next)).toEqual({ outcome: 'rejected', reason: 'wrong_challenge' });
});
