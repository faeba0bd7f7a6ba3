/** One simulated rider: signs in, keeps a card and tickets, and shows codes at gates. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, createClient, type Client, type IssuerApi, type ValidatorApi } from '@vedong/contracts';
import { slotAt } from '@vedong/ticket';
import { createSessionClient } from './session-client.ts';

const ticketsPerFetch = 20;
/** In dong. */
const topUpAmount = 200_000;

export interface Rider {
  /** Shows the code of now at a gate; waits for the next one where this one was used. */
  tap(gate: string): Promise<void>;
  /** Shows the last code once more: a copy while it is fresh, stale after a minute. */
  tapLastCodeAgain(gate: string): Promise<void>;
  /** Asks the operator to correct the last trip that lacks its end, where there is one that was not asked about. */
  askAboutMissingTap(placeName: string): Promise<void>;
}

export interface RiderOptions {
  issuerUrl: string;
  validatorUrl: string;
  phone: string;
  nickname: string;
  signal: AbortSignal;
}

/** Signs in with the code that a demo shows. Throws ApiError, as every tap may. */
export async function signInRider(options: RiderOptions): Promise<Rider> {
  const issuer = createSessionClient<IssuerApi>(options.issuerUrl);
  const validator = createClient<ValidatorApi>(options.validatorUrl);
  const { phone, nickname, signal } = options;
  const { demoCode } = await issuer('POST /v1/sign-in/codes', { body: { phone } });
  if (demoCode === undefined)
    throw new Error('The issuer shows no one-time codes: it does not run as a demo.');
  await issuer('POST /v1/sign-in', { body: { phone, code: demoCode } });
  const cardId = await findOrMakeCard(issuer, nickname);

  let tickets = new Map<number, string>();
  let lastSlot = 0;

  async function nextTicket(): Promise<string> {
    while (slotNow() <= lastSlot) await sleep(500, undefined, { signal });
    lastSlot = slotNow();
    if (!tickets.has(lastSlot)) {
      const call = { params: { cardId }, body: { count: ticketsPerFetch } };
      const fetched = await issuer('POST /v1/cards/{cardId}/tickets', call).catch(async (error: unknown) => {
        if (!(error instanceof ApiError && error.code === 'wallet_below_zero')) throw error;
        await topUp(issuer);
        return issuer('POST /v1/cards/{cardId}/tickets', call);
      });
      tickets = new Map(fetched.tickets.map(({ slot, ticket }) => [slot, ticket]));
    }
    return lastTicket();
  }

  function lastTicket(): string {
    const ticket = tickets.get(lastSlot);
    if (ticket === undefined) throw new Error('The issuer gave no ticket for now: its clock is not ours.');
    return ticket;
  }

  return {
    tap: async (gate) =>
      void (await validator('POST /v1/taps', { body: { gate, ticket: await nextTicket() } })),
    tapLastCodeAgain: async (gate) =>
      void (await validator('POST /v1/taps', { body: { gate, ticket: lastTicket() } })),
    askAboutMissingTap: (placeName) => askAboutMissingTap(issuer, cardId, placeName),
  };
}

async function askAboutMissingTap(
  issuer: Client<IssuerApi>,
  cardId: string,
  placeName: string,
): Promise<void> {
  const { trips } = await issuer('GET /v1/cards/{cardId}/trips', { params: { cardId }, query: {} });
  const missing = trips.find(({ state }) => state === 'missing_exit');
  if (!missing) return;
  const params = { cardId, tripId: missing.tripId };
  const { corrections } = await issuer('GET /v1/cards/{cardId}/trips/{tripId}', { params });
  if (corrections.length > 0) return;
  const body = { requestId: randomUUID(), kind: 'forgot_tap', placeName } as const;
  await issuer('POST /v1/cards/{cardId}/trips/{tripId}/corrections', { params, body }).catch(
    (error: unknown) => {
      // Several of theirs are waiting: they ask again when staff have answered.
      if (!(error instanceof ApiError && error.code === 'too_many_corrections')) throw error;
    },
  );
}

/** Pays a VietQR code at the demo's bank, which tells the issuer before it answers. */
async function topUp(issuer: Client<IssuerApi>): Promise<void> {
  const begun = await issuer('POST /v1/top-ups', { body: { provider: 'vietqr', amount: topUpAmount } });
  if (begun.demoPayUrl === undefined) throw new Error('The issuer names no demo bank to top up at.');
  const paid = await fetch(new URL('/vietqr', begun.demoPayUrl), {
    method: 'POST',
    body: new URLSearchParams({ qr: begun.qrText ?? '', amount: String(topUpAmount) }),
  });
  if (!paid.ok) throw new Error(`The demo bank did not pay: HTTP ${paid.status}.`);
}

async function findOrMakeCard(issuer: Client<IssuerApi>, nickname: string): Promise<string> {
  const { cards } = await issuer('GET /v1/cards');
  const card = cards[0] ?? (await issuer('POST /v1/cards', { body: { nickname, colour: 'lotus' } }));
  return card.cardId;
}

const slotNow = () => slotAt(Date.now() / 1000);
