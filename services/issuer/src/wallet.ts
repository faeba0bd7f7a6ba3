/** A rider's wallet: what is in it, what moved, and whether it allows further codes. */
import type { Money, Wallet, WalletEntry } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import type { IssuerDb } from './db/database.ts';
import { corrections, getBalance, move, postTransaction, walletOf } from './db/ledger.ts';
import { listWalletEntries, type WalletEntryRow } from './db/wallet-entries.ts';

export const vnd = (amount: number): Money => ({ amount, currency: 'VND' });

export async function getWallet(db: IssuerDb, riderId: string, lowestBalance: number): Promise<Wallet> {
  const balance = await getBalance(db, riderId);
  return { balance: vnd(balance), lowestBalance: vnd(lowestBalance), mayRide: balance >= 0 };
}

/** Throws `wallet_below_zero`. Tickets and certificates that are out stay good: gates know no balances. */
export async function requireMayRide(db: IssuerDb, riderId: string): Promise<void> {
  if ((await getBalance(db, riderId)) >= 0) return;
  throw new ServiceError(409, 'wallet_below_zero', {
    detail: 'The wallet is below zero. Top it up to get codes again.',
  });
}

/** `after`: the `next` of the page before. Throws `invalid_request` for an `after` we never gave. */
export async function listMovements(
  db: IssuerDb,
  riderId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ entries: WalletEntry[]; next: string | null }> {
  const before = after === undefined ? {} : { before: readCursor(after) };
  // One more than asked for tells whether there is another page.
  const rows = await listWalletEntries(db, riderId, { ...before, limit: limit + 1 });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { entries: rows.slice(0, limit).map(toWalletEntry), next: last ? String(last.entry_no) : null };
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ServiceError(400, 'invalid_request', {
    detail: 'Some fields are not as this endpoint needs them.',
    issues: [{ path: 'query.after', message: 'is not the "next" of a page before' }],
  });
}

export const toWalletEntry = (row: WalletEntryRow): WalletEntry => ({
  entryId: row.entry_id,
  transactionId: row.transaction_id,
  at: instantOf(row.at.getTime()),
  kind: row.kind,
  amount: vnd(row.amount),
  balanceAfter: vnd(row.balance_after),
  tripId: row.trip_id,
  subject: row.subject,
});

/** Money to begin with, where the configuration gives any: a demo's riders have no bank. */
export async function welcomeRider(
  db: IssuerDb,
  riderId: string,
  { amount, at }: { amount: number; at: Date },
): Promise<void> {
  if (amount === 0) return;
  await postTransaction(db, {
    reference: `welcome:${riderId}`,
    kind: 'welcome',
    at,
    subject: '',
    entries: move(amount, corrections, walletOf(riderId)),
  });
}
