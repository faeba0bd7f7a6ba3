/** What this phone keeps, in IndexedDB: who is signed in, the issuer's time, the wallet, the cards with what makes their codes. */
import type { Card } from '@vedong/contracts/issuer';
import type { Pass, Wallet } from '@vedong/contracts/money';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import { type DBSchema, openDB } from 'idb';
import type { KeptClock } from './code-clock.ts';
import type { CodeSupply } from './code-supply.ts';

export interface Account {
  riderId: string;
  phoneEnding: string;
}

export interface KeptCard {
  cardId: string;
  card: Card;
  supply: CodeSupply | null;
  /** The newest trips the phone has seen, newest first. */
  trips: RiderTrip[];
  /** The newest first. */
  passes: Pass[];
}

interface PhoneSchema extends DBSchema {
  account: { key: 'account'; value: Account };
  clock: { key: 'clock'; value: KeptClock };
  wallet: { key: 'wallet'; value: Wallet };
  cards: { key: string; value: KeptCard };
  /** Where `canSignOnPhone` tries whether keys can be kept. */
  trial: { key: 'key'; value: CryptoKey };
}

const storeNames = ['account', 'clock', 'wallet', 'cards', 'trial'] as const;

const opened = openDB<PhoneSchema>('vedong', 2, {
  async upgrade(database, oldVersion, _newVersion, transaction) {
    if (oldVersion < 1) {
      database.createObjectStore('account');
      database.createObjectStore('clock');
      database.createObjectStore('cards', { keyPath: 'cardId' });
      database.createObjectStore('trial');
    }
    database.createObjectStore('wallet');
    // Cards kept before there were prices: the codes stay, the trips come anew.
    for await (const kept of transaction.objectStore('cards')) {
      await kept.update({ ...kept.value, trips: [], passes: [] });
    }
  },
});

/** Everything kept, cards in the order they were made. Throws where the browser lets the page keep nothing. */
export async function readPhone() {
  const transaction = (await opened).transaction(storeNames);
  const [account, clock, wallet, cards] = await Promise.all([
    transaction.objectStore('account').get('account'),
    transaction.objectStore('clock').get('clock'),
    transaction.objectStore('wallet').get('wallet'),
    transaction.objectStore('cards').getAll(),
  ]);
  cards.sort((a, b) => a.card.createdAt.localeCompare(b.card.createdAt));
  return { account, clock, wallet, cards };
}

/** Keeps who signed in; what another rider left on this phone goes. */
export async function keepAccount(account: Account): Promise<void> {
  const before = await (await opened).get('account', 'account');
  if (before && before.riderId !== account.riderId) await clearPhone();
  await (await opened).put('account', account, 'account');
}

export async function keepClock(clock: KeptClock): Promise<void> {
  await (await opened).put('clock', { issuer: clock.issuer, device: clock.device }, 'clock');
}

export async function keepWallet(wallet: Wallet): Promise<void> {
  const transaction = (await opened).transaction(['account', 'wallet'], 'readwrite');
  // Signed out meanwhile: nothing may come back.
  if (await transaction.objectStore('account').get('account')) {
    await transaction.objectStore('wallet').put(wallet, 'wallet');
  }
  await transaction.done;
}

/** Makes the kept cards those of the issuer's list; what else is kept of a card that stays is kept on. */
export async function keepCards(cards: readonly Card[]): Promise<void> {
  const transaction = (await opened).transaction(['account', 'cards'], 'readwrite');
  const store = transaction.objectStore('cards');
  // Signed out meanwhile, perhaps in another tab: nothing may come back.
  if (await transaction.objectStore('account').get('account')) {
    const before = new Map((await store.getAll()).map((kept) => [kept.cardId, kept]));
    await store.clear();
    for (const card of cards) {
      const { supply = null, trips = [], passes = [] } = before.get(card.cardId) ?? {};
      await store.put({ cardId: card.cardId, card, supply, trips, passes });
    }
  }
  await transaction.done;
}

/** Changes what is kept of one card; does nothing when the card is gone. */
export async function changeCard(cardId: string, change: Partial<Omit<KeptCard, 'cardId'>>): Promise<void> {
  const transaction = (await opened).transaction('cards', 'readwrite');
  const kept = await transaction.store.get(cardId);
  if (kept) await transaction.store.put({ ...kept, ...change });
  await transaction.done;
}

/** Forgets everything: keys, codes, history. */
export async function clearPhone(): Promise<void> {
  const transaction = (await opened).transaction(storeNames, 'readwrite');
  await Promise.all(storeNames.map((name) => transaction.objectStore(name).clear()));
  await transaction.done;
}

/** Stores a key and reads it back. */
export async function keepTrialKey(key: CryptoKey): Promise<CryptoKey> {
  await (await opened).put('trial', key, 'key');
  const read = await (await opened).get('trial', 'key');
  await (await opened).delete('trial', 'key');
  if (!read) throw new Error('the browser lost the key');
  return read;
}
