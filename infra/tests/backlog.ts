/** F12: a gate cut off for a minute, an hour, a day; what it recorded goes to the operator while it judges on. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient, type TapAnswer, type ValidatorApi } from '@vedong/contracts';
import { nextChainHash } from '@vedong/runtime/journal-chain';
import { hanoiCalendar, serviceDayAt, type Tap } from '@vedong/travel';
import pg from 'pg';
import type { Stack } from '../src/stack.ts';

export interface Backlog {
  span: string;
  milliseconds: number;
  taps: number;
}

export const minuteOfTaps: Backlog = { span: '1 min', milliseconds: 60_000, taps: 70 };
export const hourOfTaps: Backlog = { span: '1 h', milliseconds: 3_600_000, taps: 4200 };
export const dayOfTaps: Backlog = { span: '24 h', milliseconds: 86_400_000, taps: 100_000 };

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 50));

/** What a time without a network leaves behind, written as the journal writes it: each tap of a card of its own. */
export function writeBacklog(dataFolder: string, { milliseconds, taps }: Backlog): void {
  const db = new DatabaseSync(join(dataFolder, 'validator', 'validator.sqlite'));
  const last = db.prepare('select seq, hash from taps order by seq desc limit 1').get() as {
    seq: number;
    hash: string;
  };
  const accepted = `select record from taps where record like '%"outcome":"accepted"%' order by seq desc limit 1`;
  const model = JSON.parse(db.prepare(accepted).get()!['record'] as string) as Tap;
  const insert = db.prepare('insert into taps (seq, at_milliseconds, record, hash) values (?, ?, ?, ?)');
  const beganAt = Date.parse(model.at) - milliseconds;
  const cards = randomBytes(4).toString('hex');
  let { hash } = last;
  db.exec('begin');
  for (let number = 1; number <= taps; number += 1) {
    const at = beganAt + Math.floor((number / taps) * milliseconds);
    const tap: Tap = {
      ...model,
      tapId: crypto.randomUUID(),
      at: new Date(at).toISOString(),
      ticket: {
        ...model.ticket!,
        cardRef: cards + number.toString(16).padStart(8, '0'),
        serviceDay: serviceDayAt(at / 1000, hanoiCalendar),
        slot: Math.floor(at / 15_000),
      },
    };
    const record = JSON.stringify(tap);
    hash = nextChainHash(hash, record);
    insert.run(last.seq + number, at, record, hash);
  }
  db.exec('commit');
  db.close();
}

/** Starts the validator over its backlog and taps until all is delivered, and 50 times more. */
export async function deliverBacklog(stack: Stack) {
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  const readJournal = async () => (await validator('GET /v1/status')).journal;
  const answers: TapAnswer[] = [];
  const tapTimed = async (times: number[]): Promise<void> => {
    const body = { gate: '2A-01-in', ticket: `no ticket ${answers.length}` };
    const askedAt = performance.now();
    answers.push(await validator('POST /v1/taps', { body }));
    times.push(performance.now() - askedAt);
    await pause();
  };
  const startedAt = performance.now();
  await stack.validator.start();
  const meanwhile: number[] = [];
  const lastOfBacklog = (await readJournal()).lastSeq;
  let deliveredSeq = 0;
  while (deliveredSeq < lastOfBacklog) {
    await tapTimed(meanwhile);
    const { lastSeq, unsent } = await readJournal();
    deliveredSeq = lastSeq - unsent;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const afterwards: number[] = [];
  for (let number = 0; number < 50; number += 1) await tapTimed(afterwards);
  while ((await readJournal()).unsent > 0) await pause();
  return { answers, seconds, meanwhile, afterwards, journal: await readJournal() };
}

/** Ids of the taps in the operator's database. */
export async function listStoredTaps(stack: Stack): Promise<string[]> {
  const client = new pg.Client(stack.postgres.urlOf('operator'));
  await client.connect();
  try {
    const { rows } = await client.query<{ tap_id: string }>('select tap_id from operator.taps');
    return rows.map((row) => row.tap_id);
  } finally {
    await client.end();
  }
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
