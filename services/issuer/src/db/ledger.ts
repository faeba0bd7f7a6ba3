/** The ledger: double-entry, in whole dong, append-only. The database itself refuses what does not balance. */
import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';

export type AccountKind =
  'wallet' | 'fare_revenue' | 'pass_revenue' | 'provider_clearing' | 'refunds' | 'corrections';
export type TransactionKind =
  'top_up' | 'trip' | 'trip_adjustment' | 'pass' | 'refund' | 'correction' | 'welcome';

export interface Account {
  kind: AccountKind;
  /** The rider of a wallet, the agency or the provider, else empty. */
  owner: string;
}

export const walletOf = (riderId: string): Account => ({ kind: 'wallet', owner: riderId });
export const fareRevenueOf = (agency: string): Account => ({ kind: 'fare_revenue', owner: agency });
/** What a payment provider holds for us: its balance is negative until the provider pays it out. */
export const clearingOf = (provider: string): Account => ({ kind: 'provider_clearing', owner: provider });
export const passRevenue: Account = { kind: 'pass_revenue', owner: '' };
export const refunds: Account = { kind: 'refunds', owner: '' };
export const corrections: Account = { kind: 'corrections', owner: '' };

export interface Posting {
  /** Names the cause; the same cause is never posted twice. */
  reference: string;
  kind: TransactionKind;
  at: Date;
  /** What the rider reads beside it: the line of a trip, the name of a pass. */
  subject: string;
  tripId?: string;
  /** At least two, whole dong and not zero, that sum to 0; positive amounts credit the account. */
  entries: readonly { account: Account; amount: number }[];
}

/** An amount that leaves one account for another. */
export const move = (amount: number, from: Account, to: Account): Posting['entries'] => [
  { account: from, amount: -amount },
  { account: to, amount },
];

/**
 * Posts one transaction, or finds that its reference has been posted with the same content; `at` may differ then.
 * Throws where the reference stands for something else, and what the database throws for entries that do not balance.
 */
export async function postTransaction(db: IssuerDb, posting: Posting): Promise<'posted' | 'duplicate'> {
  const [result] = await postTransactions(db, [posting]);
  return result!;
}

/** As `postTransaction`, for many; results in their order. The accounts are made where they are missing. */
export async function postTransactions(
  db: IssuerDb,
  postings: readonly Posting[],
): Promise<('posted' | 'duplicate')[]> {
  if (postings.length === 0) return [];
  if (db.isTransaction) return post(db, postings);
  return db.transaction().execute((trx) => post(trx, postings));
}

async function post(db: IssuerDb, postings: readonly Posting[]): Promise<('posted' | 'duplicate')[]> {
  const accounts = postings.flatMap(({ entries }) => entries.map(({ account }) => account));
  const accountIds = await ensureAccounts(db, accounts);
  const numbered = postings.map((posting) => ({ ...posting, transactionId: randomUUIDv7() }));
  const posted = await insertTransactions(db, numbered);
  const entries = numbered
    .filter(({ transactionId }) => posted.has(transactionId))
    .flatMap(({ transactionId, entries }) =>
      entries.map(({ account, amount }) => {
        return { transaction_id: transactionId, account_id: accountIds.get(keyOf(account))!, amount };
      }),
    );
  await insertEntries(db, entries);
  const results = numbered.map(({ transactionId }) => (posted.has(transactionId) ? 'posted' : 'duplicate'));
  for (const [index, posting] of postings.entries()) {
    if (results[index] === 'duplicate') await requireSameContent(db, posting);
  }
  return results;
}

/** Inserts those whose reference is new; gives their ids. */
async function insertTransactions(
  db: IssuerDb,
  postings: readonly (Posting & { transactionId: string })[],
): Promise<ReadonlySet<string>> {
  const rows = postings.map(({ transactionId, reference, kind, at, tripId, subject }) => {
    return { transaction_id: transactionId, reference, kind, at, trip_id: tripId, subject };
  });
  const inserted = await sql<{ transaction_id: string }>`
    insert into transactions (transaction_id, reference, kind, at, trip_id, subject)
    select transaction_id, reference, kind, at, trip_id, subject
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as posting(
      transaction_id uuid, reference text, kind text, at timestamptz, trip_id uuid, subject text)
    on conflict (reference) do nothing
    returning transaction_id`.execute(db);
  return new Set(inserted.rows.map((row) => row.transaction_id));
}

async function insertEntries(
  db: IssuerDb,
  entries: readonly { transaction_id: string; account_id: number; amount: number }[],
): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    insert into entries (transaction_id, account_id, amount)
    select transaction_id, account_id, amount
    from rows from (jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
      as (transaction_id uuid, account_id bigint, amount bigint)) with ordinality
      as entry(transaction_id, account_id, amount, ordinal)
    order by ordinal`.execute(db);
}

async function requireSameContent(db: IssuerDb, posting: Posting): Promise<void> {
  const rows = await db
    .selectFrom('transactions as t')
    .innerJoin('entries as e', 'e.transaction_id', 't.transaction_id')
    .innerJoin('accounts as a', 'a.account_id', 'e.account_id')
    .where('t.reference', '=', posting.reference)
    .select(['t.kind', 't.subject', 't.trip_id', 'a.kind as account', 'a.owner', 'e.amount'])
    .execute();
  const { kind, subject, tripId = null } = posting;
  const wanted = posting.entries.map(({ account, amount }) => {
    return { kind, subject, trip_id: tripId, account: account.kind, owner: account.owner, amount };
  });
  const inOrder = (contents: readonly object[]) =>
    contents.map((content) => JSON.stringify(content)).toSorted();
  if (inOrder(rows).join() !== inOrder(wanted).join()) {
    throw new Error(`the ledger holds something else under ${posting.reference}`);
  }
}

const keyOf = ({ kind, owner }: Account) => `${kind} ${owner}`;

interface AccountRow extends Account {
  accountId: number;
  /** Of wallets. */
  balance: number | null;
}

/** The ids of accounts by key, made where they are missing; wallets come out locked. */
async function ensureAccounts(
  db: IssuerDb,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, number>> {
  await makeMissing(db, accounts);
  const wallets = accounts.filter(({ kind }) => kind === 'wallet');
  const others = accounts.filter(({ kind }) => kind !== 'wallet');
  const rows = [...(await selectLocked(db, wallets)), ...(await selectAccounts(db, others).execute())];
  return new Map(rows.map((row) => [keyOf(row), row.accountId]));
}

/**
 * Holds these riders' wallets until the transaction ends and gives their balances; who posts, buys or settles
 * begins with this, so that one wallet sees one change at a time. One order for everybody: nobody waits in a circle.
 */
export async function lockWallets(
  db: IssuerDb,
  riderIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const wallets = riderIds.map(walletOf);
  await makeMissing(db, wallets);
  return new Map((await selectLocked(db, wallets)).map(({ owner, balance }) => [owner, balance ?? 0]));
}

/** What the rider has; 0 before the first movement. */
export async function getBalance(db: IssuerDb, riderId: string): Promise<number> {
  const row = await selectAccounts(db, [walletOf(riderId)]).executeTakeFirst();
  return row?.balance ?? 0;
}

async function makeMissing(db: IssuerDb, accounts: readonly Account[]): Promise<void> {
  await sql`
    insert into accounts (kind, owner, balance)
    select distinct kind, owner, case when kind = 'wallet' then 0 end
    from jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb) as wanted(kind text, owner text)
    where not exists (select from accounts a where a.kind = wanted.kind and a.owner = wanted.owner)
    order by kind, owner
    on conflict (kind, owner) do nothing`.execute(db);
}

const selectAccounts = (db: IssuerDb, accounts: readonly Account[]) =>
  db
    .selectFrom('accounts')
    .where(
      sql<boolean>`(kind, owner) in (select kind, owner
        from jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb) as wanted(kind text, owner text))`,
    )
    .select(['account_id as accountId', 'kind', 'owner', 'balance'])
    .$castTo<AccountRow>();

const selectLocked = (db: IssuerDb, wallets: readonly Account[]) =>
  selectAccounts(db, wallets).orderBy('owner').forUpdate().execute();
