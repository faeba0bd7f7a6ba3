/** `npm run load:blocking`: how long from "block this card" until gates refuse it, with a thousand validators listening (S9). */
import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type IssuerApi, type OperatorApi, type ValidatorApi } from '@vedong/contracts';
import { createSessionClient } from '@vedong/infra/demo/session-client';
import { findFreePort } from '@vedong/infra/ports';
import type { ManagedProcess } from '@vedong/infra/processes';
import { startService } from '@vedong/infra/services';
import { findFreePorts, startStack, type Stack } from '@vedong/infra/stack';
import type { Said } from './listeners.ts';

const listeners = 1000;
const listenerProcesses = 2;
/** Beside the stack's own. */
const moreValidators = 3;
const blocks = Number(process.env['BLOCKS'] ?? 100);
const cardsPerRider = 10;

interface Gate {
  url: string;
  gate: string;
}

/** Real validators of their own, each with a gate. */
async function startValidators(stack: Stack, dataFolder: string, keep: (child: ManagedProcess) => void) {
  const operator = createSessionClient<OperatorApi>(stack.operatorUrl);
  await operator('POST /v1/sign-in', { body: stack.staff });
  const { gates } = await operator('GET /v1/gates');
  const served: Gate[] = [{ url: stack.validatorUrl, gate: gates.at(-1)!.gateId }];
  for (const gate of gates.slice(0, moreValidators)) {
    const { validatorId, enrolmentCode } = await operator('POST /v1/validators', {
      body: { name: gate.gateId },
    });
    const { gateId, kind, lineId, place } = gate;
    await operator('PUT /v1/gates', {
      body: { gates: [{ gateId, kind, lineId, placeId: place.placeId, validatorId }] },
    });
    const port = await findFreePort();
    const env = {
      DATA_FOLDER: join(dataFolder, validatorId),
      ISSUER_URL: stack.issuerUrl,
      OPERATOR_URL: stack.operatorUrl,
      ENROLMENT_CODE: enrolmentCode,
      LOG_LEVEL: 'warn',
    };
    keep(await startService({ name: 'validator', port, env, logFolder: join(dataFolder, 'logs') }));
    served.push({ url: `http://127.0.0.1:${port}`, gate: gate.gateId });
  }
  return served;
}

async function startListeners(issuerUrl: string): Promise<ChildProcess[]> {
  const children = Array.from({ length: listenerProcesses }, () =>
    fork(join(import.meta.dirname, 'listeners.ts'), [issuerUrl, String(listeners / listenerProcesses)]),
  );
  await Promise.all(
    children.map((child) => new Promise<void>((resolve) => child.once('message', () => resolve()))),
  );
  return children;
}

async function signInRider(issuerUrl: string, number: number) {
  const issuer = createSessionClient<IssuerApi>(issuerUrl);
  const phone = `09120${String(number).padStart(5, '0')}`;
  const { demoCode = '' } = await issuer('POST /v1/sign-in/codes', { body: { phone } });
  await issuer('POST /v1/sign-in', { body: { phone, code: demoCode } });
  return issuer;
}

/** Taps again and again until the answer is "suspended"; gives when that was asked. */
async function untilRefused({ url, gate }: Gate, ticket: string): Promise<number> {
  const validator = createClient<ValidatorApi>(url);
  for (;;) {
    const { reason } = await validator('POST /v1/taps', { body: { gate, ticket } });
    if (reason === 'suspended') return Date.now();
    if (reason !== undefined && reason !== 'replayed') throw new Error(`a gate said ${reason}`);
    await sleep(20);
  }
}

/** When each listener of all processes has heard of one version more. */
function untilAllHeard(children: readonly ChildProcess[]): Promise<number[]> {
  const heard = children.map(
    (child) =>
      new Promise<number[]>((resolve) => {
        child.once('message', (said: Said) => resolve(said.kind === 'heard' ? said.at : []));
      }),
  );
  return Promise.all(heard).then((times) => times.flat());
}

function row(what: string, milliseconds: number[]): string {
  const sorted = [...milliseconds].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
  return `| ${what} | ${sorted.length} | ${at(0.5)} ms | ${at(0.95)} ms | ${at(0.99)} ms | ${sorted.at(-1)!} ms |`;
}

async function measure(stack: Stack, gates: readonly Gate[], children: readonly ChildProcess[]) {
  const refused: number[] = [];
  const heard: number[] = [];
  let issuer: Awaited<ReturnType<typeof signInRider>> | undefined;
  for (let block = 0; block < blocks; block += 1) {
    if (block % cardsPerRider === 0) issuer = await signInRider(stack.issuerUrl, block / cardsPerRider);
    const { cardId } = await issuer!('POST /v1/cards', { body: { nickname: 'Thẻ', colour: 'lake' } });
    const params = { cardId };
    const { tickets } = await issuer!('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } });
    // Not in step with the issuer's own rhythm.
    await sleep(Math.random() * 500);
    const allHeard = untilAllHeard(children);
    const begin = Date.now();
    const blocked = issuer!('POST /v1/cards/{cardId}/block', { params });
    const times = await Promise.all(gates.map((gate) => untilRefused(gate, tickets[0]!.ticket)));
    await blocked;
    refused.push(...times.map((time) => time - begin));
    heard.push(...(await allHeard).map((time) => time - begin));
  }
  return { refused, heard };
}

const dataFolder = mkdtempSync(join(tmpdir(), 'vedong-blocking-'));
chmodSync(dataFolder, 0o711); // as root, PostgreSQL's account must reach its folder inside
const validators: ManagedProcess[] = [];
let children: ChildProcess[] = [];
console.log('Starting a stack of its own ...');
const stack = await startStack({ dataFolder, ports: await findFreePorts(), redis: true });
try {
  const gates = await startValidators(stack, dataFolder, (child) => validators.push(child));
  children = await startListeners(stack.issuerUrl);
  console.log(
    `${new Date().toISOString()}, ${cpus().length} cores, load average ${loadavg()[0]!.toFixed(1)}: ` +
      `${gates.length} real validators and ${listeners} more listeners, ${blocks} cards blocked\n`,
  );
  const { refused, heard } = await measure(stack, gates, children);
  console.log('| from "block this card" until ... | measured | median | p95 | p99 | longest |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  console.log(row('a real gate refuses it', refused));
  console.log(row('a listener has it', heard));
} finally {
  for (const child of children) child.kill();
  for (const validator of validators) await validator.stop();
  await stack.stop();
  rmSync(dataFolder, { recursive: true, force: true });
}
