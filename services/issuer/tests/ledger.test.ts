/** The ledger against real PostgreSQL: what the database itself refuses, and that nothing is lost or counted twice. */
import { randomUUIDv7 } from 'node:crypto';
import { createTestDatabase } from '@vedong/testing/postgres';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateIssuer, openIssuerDatabase, type IssuerDb } from '../src/db/database.ts';
import {
  clearingOf,
  corrections,
  fareRevenueOf,
  getBalance,
  lockWallets,
  move,
  postTransaction,
  postTransactions,
  walletOf,
  type Posting,
} from '../src/db/ledger.ts';
import { listUnbalancedWallets } from './ledger-sums.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: IssuerDb;
beforeAll(async () => {
  database = await createTestDatabase(migrateIssuer);
  db = openIssuerDatabase(database.url, 8);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const at = new Date('2026-11-23T03:00:00Z');
const topUp = (riderId: string, amount: number, reference: string = randomUUIDv7()): Posting => ({
  reference,
  kind: 'top_up',
  at,
  subject: '',
  entries: move(amount, clearingOf('vietqr'), walletOf(riderId)),
});
const count = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from entries`.execute(db)).rows[0]!.n;

describe('a transaction', () => {
  it('moves money between accounts and is told in order, each entry with the balance after it', async () => {
    const rider = randomUUIDv7();
    expect(await postTransaction(db, topUp(rider, 50_000))).toBe('posted');
    const ride = {
      ...topUp(rider, 0),
      kind: 'trip',
      entries: move(9000, walletOf(rider), fareRevenueOf('HM')),
    };
    expect(await postTransaction(db, ride as Posting)).toBe('posted');
    expect(await getBalance(db, rider)).toBe(41_000);
    const { rows } = await sql`
      select amount, balance_after from entries join accounts using (account_id)
      where owner = ${rider} order by entry_no`.execute(db);
    expect(rows).toEqual([
      { amount: 50_000, balance_after: 50_000 },
      { amount: -9000, balance_after: 41_000 },
    ]);
  });

  it('is posted once for its reference, alone, in a list and by many at once', async () => {
    const rider = randomUUIDv7();
    const posting = topUp(rider, 20_000);
    expect(await postTransactions(db, [posting, posting])).toEqual(['posted', 'duplicate']);
    const again = await Promise.all(Array.from({ length: 8 }, () => postTransaction(db, posting)));
    expect(again).toEqual(again.map(() => 'duplicate'));
    expect(await getBalance(db, rider)).toBe(20_000);
  });

  it.each<[string, (posting: Posting, rider: string) => Partial<Posting>]>([
    ['another amount', (_, rider) => ({ entries: topUp(rider, 1).entries })],
    ['another account', (_, rider) => ({ entries: move(5000, corrections, walletOf(rider)) })],
    ['another kind', () => ({ kind: 'correction' })],
    ['another trip', () => ({ tripId: randomUUIDv7() })],
  ])('with the reference of another and %s throws and changes nothing', async (_, change) => {
    const rider = randomUUIDv7();
    const posting = topUp(rider, 5000);
    await postTransaction(db, posting);
    await expect(postTransaction(db, { ...posting, ...change(posting, rider) })).rejects.toThrow(
      /holds something else/,
    );
    expect(await getBalance(db, rider)).toBe(5000);
  });
});

describe('the database refuses', () => {
  it.each<[string, (rider: string) => Posting['entries'], RegExp]>([
    [
      'entries that do not sum to 0',
      (rider) => [...topUp(rider, 5).entries, ...topUp(rider, 5).entries.slice(1)],
      /does not balance/,
    ],
    ['a single entry', (rider) => topUp(rider, 5).entries.slice(1), /does not balance/],
    ['no entries', () => [], /does not balance/],
    ['an entry of 0', (rider) => move(0, corrections, walletOf(rider)), /amount_check/],
    ['a part of a dong', (rider) => move(0.5, corrections, walletOf(rider)), /bigint/],
  ])('%s, and keeps nothing of it', async (_, entriesOf, why) => {
    const rider = randomUUIDv7();
    const before = await count();
    await expect(postTransaction(db, { ...topUp(rider, 1), entries: entriesOf(rider) })).rejects.toThrow(why);
    expect(await count()).toBe(before);
    expect(await getBalance(db, rider)).toBe(0);
  });

  it('an entry added later to a transaction that balanced', async () => {
    const rider = randomUUIDv7();
    const posting = topUp(rider, 5000);
    await postTransaction(db, posting);
    const { transaction_id } = await db
      .selectFrom('transactions')
      .where('reference', '=', posting.reference)
      .select('transaction_id')
      .executeTakeFirstOrThrow();
    const wallet = await db
      .selectFrom('accounts')
      .where('owner', '=', rider)
      .selectAll()
      .executeTakeFirstOrThrow();
    const late = { transaction_id, account_id: wallet.account_id, amount: 1 };
    await expect(db.insertInto('entries').values(late).execute()).rejects.toThrow(/does not balance/);
    expect(await getBalance(db, rider)).toBe(5000);
  });

  it.each([
    'update entries set amount = 1',
    'delete from entries',
    'truncate entries',
    `update transactions set subject = ''`,
    'delete from transactions where false',
    'truncate transactions cascade',
    'update accounts set balance = 1000000 where balance is not null',
    'delete from accounts',
    'truncate accounts cascade',
  ])('%s', async (statement) => {
    await postTransaction(db, topUp(randomUUIDv7(), 5000));
    await expect(sql.raw(statement).execute(db)).rejects.toThrow(/append-only/);
  });
});

it('concurrent postings to the same wallets lose nothing, wait for each other and never in a circle', async () => {
  const riders = Array.from({ length: 3 }, () => randomUUIDv7());
  const work = Array.from({ length: 60 }, (_, index) => async () => {
    const some = riders.map((_rider, turn) => riders[(index + turn) % riders.length]!);
    await db.transaction().execute(async (trx) => {
      const balances = await lockWallets(trx, some);
      expect(balances.size).toBe(3);
      await postTransactions(
        trx,
        some.map((rider) => topUp(rider, 1000 + index)),
      );
    });
  });
  await Promise.all(work.map((post) => post()));
  const expected = 60 * 1000 + (59 * 60) / 2;
  for (const rider of riders) expect(await getBalance(db, rider)).toBe(expected);
  expect(await listUnbalancedWallets(db)).toEqual([]);
});
