/** Redis stopped and a validator killed while taps flow: every answer a gate got is compared with the operator's books. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createClient,
  type Client,
  type OperatorApi,
  type OperatorTap,
  type TapAnswer,
  type ValidatorApi,
  type ValidatorStatus,
} from '@vedong/contracts';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSessionClient } from '../src/demo/session-client.ts';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';
import {
  dayOfTaps,
  deliverBacklog,
  hourOfTaps,
  listStoredTaps,
  median,
  minuteOfTaps,
  writeBacklog,
} from './backlog.ts';
import { changeKeysUnderRiders } from './change-keys.ts';
import { copyOneCode } from './copy-code.ts';
import { holdOperator } from './hold-operator.ts';
import { makePhones } from './phones.ts';
import type { Scene } from './real-scene.ts';

const gates = ['2A-01-in', '2A-02-in', '2A-03-in', '2A-04-in'];
const cardsInPlay = 8;
/** What Hanoi's busiest gate records while it is cut off; `npm run backlog` takes the day's. */
const backlogs = process.env['BACKLOG'] === 'day' ? [dayOfTaps] : [minuteOfTaps, hourOfTaps];
const dataFolder = makeTemporaryFolder();

let stack: Stack;
let tap: (gate: string, ticket: string) => Promise<TapAnswer>;
let operator: Client<OperatorApi>;
let validatorStatus: () => Promise<ValidatorStatus>;
let listTaps: () => Promise<OperatorTap[]>;

beforeAll(async () => {
  stack = await startStack({ dataFolder, ports: await findFreePorts(), redis: true });
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  tap = (gate, ticket) => validator('POST /v1/taps', { body: { gate, ticket } });
  validatorStatus = () => validator('GET /v1/status');

  operator = createSessionClient<OperatorApi>(stack.operatorUrl);
  await operator('POST /v1/sign-in', { body: stack.staff });
  listTaps = async () => {
    const taps: OperatorTap[] = [];
    for (let after: string | undefined; ;) {
      const page = await operator('GET /v1/taps', { query: { limit: 200, after } });
      taps.push(...page.taps);
      if (page.next === null) return taps;
      after = page.next;
    }
  };
});
afterAll(() => stack?.stop());

let riders = 0;
const newPhones: Scene['newPhones'] = (count) => {
  riders += 1;
  return makePhones(stack.issuerUrl, `0912${String(riders).padStart(6, '0')}`, count);
};
/** A code of each of some new cards: so nobody has to wait for the next slot. */
const drawTickets = async (): Promise<string[]> =>
  Promise.all((await newPhones(cardsInPlay)).map(({ show }) => show()));

interface Flow {
  answers: TapAnswer[];
  /** Taps that got no answer, or an error instead of a verdict. */
  failures: number;
  end(): Promise<void>;
}

/** Riders showing codes at gates, some twice, until told to end. */
function startFlow(tickets: string[]): Flow {
  const flow: Flow = { answers: [], failures: 0, end: async () => {} };
  const over = new AbortController();
  const lanes = gates.map(async (gate, lane) => {
    for (let n = lane; !over.signal.aborted; n += 1) {
      await tap(gate, tickets[n % tickets.length]!).then(
        (answer) => flow.answers.push(answer),
        () => (flow.failures += 1),
      );
      await sleep(10);
    }
  });
  flow.end = async () => {
    over.abort();
    await Promise.all(lanes);
  };
  return flow;
}

async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    if (await isSo()) return;
  }
  throw new Error(`never happened: ${what}`);
}

/** Every answered tap is at the operator exactly once, with the same verdict, and no journal number is missing. */
async function compareWithBooks(answers: TapAnswer[]): Promise<void> {
  const answered = new Map(answers.map((answer) => [answer.tapId, answer]));
  let booked: OperatorTap[] = [];
  await waitUntil('all answered taps at the operator', async () => {
    booked = await listTaps();
    const ids = new Set(booked.map(({ tapId }) => tapId));
    return [...answered.keys()].every((tapId) => ids.has(tapId));
  });
  const ofThisFlow = booked.filter(({ tapId }) => answered.has(tapId));
  expect(ofThisFlow).toHaveLength(answered.size);
  for (const { tapId, outcome, reason } of ofThisFlow) {
    expect({ outcome, reason }).toEqual({
      outcome: answered.get(tapId)?.outcome,
      reason: answered.get(tapId)?.reason ?? null,
    });
  }
  const numbers = booked.map(({ seq }) => seq).sort((one, other) => one - other);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}

/** Distinct taps that opened a gate. */
const openings = (answers: TapAnswer[]) =>
  new Set(answers.flatMap(({ outcome, tapId }) => (outcome === 'accepted' ? [tapId] : [])));

it('goes on when Redis stops, says so, and uses it again when it is back', async () => {
  const redis = stack.redis!;
  const earlier = startFlow(await drawTickets());
  await waitUntil('taps judged by Redis', () => earlier.answers.some(({ guard }) => guard === 'redis'));
  await redis.stop();
  const seen = earlier.answers.length;
  await waitUntil('taps without Redis', () => earlier.answers.length > seen + 100);
  await earlier.end();
  expect(earlier.failures).toBe(0);
  expect(openings(earlier.answers).size).toBe(cardsInPlay);

  const without = startFlow(await drawTickets());
  await waitUntil('every card through', () => openings(without.answers).size === cardsInPlay);
  await without.end();
  expect(without.answers.every(({ guard }) => guard === 'local')).toBe(true);

  await redis.start();
  await waitUntil('Redis in use again', async () => (await validatorStatus()).guard === 'redis');
  const after = startFlow(await drawTickets());
  await waitUntil('every card through', () => openings(after.answers).size === cardsInPlay);
  await after.end();
  expect(after.failures).toBe(0);
  const opened = after.answers.filter(({ outcome, repeat }) => outcome === 'accepted' && !repeat);
  expect(opened.map(({ guard }) => guard)).toEqual(opened.map(() => 'redis'));
  await compareWithBooks([...earlier.answers, ...without.answers, ...after.answers]);
}, 120_000);

it('delivers every tap it had answered exactly once after kill -9 under load', async () => {
  const tickets = await drawTickets();
  const before = startFlow(tickets);
  await waitUntil('taps flow', () => before.answers.length > 150);
  await stack.validator.kill('SIGKILL');
  await before.end();
  await stack.validator.start();
  const after = startFlow(tickets);
  await waitUntil('taps flow again', () => after.answers.length > 50);
  await after.end();
  expect(after.failures).toBe(0);
  expect(openings([...before.answers, ...after.answers]).size).toBeLessThanOrEqual(cardsInPlay);
  await compareWithBooks([...before.answers, ...after.answers]);
}, 120_000);

it('F7: goes on while the operator has no connection left, and delivers afterwards', async () => {
  const tickets = await drawTickets();
  const hold = await holdOperator(stack);
  const answers: TapAnswer[] = [];
  const scan = async (): Promise<void> => {
    for (let number = 0; hold.isHeld() || number < tickets.length; number += 1) {
      answers.push(await tap(gates[number % gates.length]!, tickets[number] ?? `no ticket ${number}`));
      await sleep(50);
    }
  };
  const [asked] = await Promise.all([hold.askAsStaff(100), scan(), hold.releaseAfter(5000)]);
  const refused = asked.filter((answer) => answer !== '200');
  expect(new Set(refused)).toEqual(new Set(['503, Retry-After 2']));
  expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(tickets.length);
  await waitUntil('all delivered', async () => (await validatorStatus()).journal.unsent === 0);
  await compareWithBooks(answers);
  process.stdout.write(
    `F7: while ${refused.length} of ${asked.length} staff requests were told 503, a real gate judged ${answers.length} taps and opened for all ${tickets.length} riders; all delivered once afterwards\n`,
  );
}, 120_000);

it('F17: no ticket is refused while keys change, and none of a condemned key opens once the gate knows', async () => {
  expect(await changeKeysUnderRiders({ stack, dataFolder, operator, tap, newPhones })).toEqual({
    acceptedLate: 0,
  });
}, 240_000);

it.each(backlogs)(
  'F12: delivers what it recorded in $span without a network, and judges new taps meanwhile',
  { timeout: 1_200_000 },
  async (backlog) => {
    const [ticket = ''] = await drawTickets();
    await tap('2A-04-in', ticket);
    await stack.validator.stop();
    writeBacklog(dataFolder, backlog);
    const { answers, seconds, meanwhile, afterwards, journal } = await deliverBacklog(stack);
    expect(journal).toMatchObject({ unsent: 0, quarantined: 0, cuts: 0 });
    const stored = await listStoredTaps(stack);
    expect(stored).toHaveLength(journal.lastSeq);
    const storedOnce = new Set(stored);
    expect(storedOnce.size).toBe(stored.length);
    expect(answers.filter(({ tapId }) => !storedOnce.has(tapId))).toEqual([]);
    process.stdout.write(
      `F12: ${backlog.taps} taps of ${backlog.span} delivered ${seconds.toFixed(1)} s after the start, each once; meanwhile ${meanwhile.length} new taps took ${median(meanwhile).toFixed(1)} ms (median; slowest ${Math.max(...meanwhile).toFixed(0)}), afterwards ${median(afterwards).toFixed(1)} ms\n`,
    );
  },
);

// The last one: its further validators have journals of their own.
it('F13: one code at gates cut off from each other is found, charged once, and its card refused', async () => {
  const { shown, found } = await copyOneCode({ stack, dataFolder, operator, tap, newPhones });
  expect(found).toBe(shown);
}, 240_000);
