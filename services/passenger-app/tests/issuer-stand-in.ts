/** An issuer in memory that speaks the contract and signs for real; the real one is tried with this page in infra/tests. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type Card, issuerApi, type IssuerApi } from '@vedong/contracts/issuer';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import type { Handlers } from '@vedong/runtime/api';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { ServiceError } from '@vedong/runtime/problem';
import {
  compressDeviceKey,
  createKeySet,
  type KeySet,
  signCertificate,
  signSingleTicket,
  slotAt,
  slotStart,
} from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { refundRoutes } from './refund-stand-in.ts';
import { type TestServer, serve } from '@vedong/testing/http';
import { compactVerify, EmbeddedJWK, type JWK } from 'jose';
import { ask, createMoney, type Money, moneyRoutes } from './money-stand-in.ts';

interface Callers {
  rider: true;
  service: true;
}

export interface StandIn extends TestServer {
  /** For checking the codes that the page shows. */
  keys: KeySet;
  cards: Card[];
  trips: RiderTrip[];
  money: Money;
  /** Ends every session. */
  endSessions: () => void;
}

export const demoCode = '135790';

export async function startIssuerStandIn(pagesFolder: string): Promise<StandIn> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const money = createMoney();
  const state = { cards: [] as Card[], trips: [] as RiderTrip[], session: randomUUID(), money };
  const app = createHttpApp<IssuerApi, Callers>({
    service: 'issuer',
    log: silentLog,
    api: issuerApi,
    handlers: {
      ...absentRoutes(),
      ...accountRoutes(state),
      ...moneyRoutes(money, state.trips),
      ...refundRoutes(money),
      ...ticketRoutes(ed25519Signer(privateKey), money),
    },
    authenticators: {
      rider: async (request) => {
        if (request.get('cookie')?.includes(state.session)) return true;
        throw new ServiceError(401, 'not_signed_in');
      },
      service: () => Promise.reject(new ServiceError(401, 'not_signed_in')),
    },
    notReady: async () => null,
    registry: createRegistry('issuer'),
    bodyLimitBytes: 10_000,
    trustedProxies: 0,
    pagesFolder,
  });
  const key = {
    ...(publicKey.export({ format: 'jwk' }) as { kty: 'OKP'; crv: 'Ed25519'; x: string }),
    kid: '1.1',
    alg: 'Ed25519',
    use: 'sig',
    nbf: 0,
    exp: 2 ** 40,
    status: 'active',
  } as const;
  return {
    ...(await serve(app)),
    keys: createKeySet({ issuers: [{ issuer: 1, keys: [key] }] }),
    cards: state.cards,
    trips: state.trips,
    money,
    endSessions: () => (state.session = randomUUID()),
  };
}

export type Routes = Handlers<IssuerApi, Callers>;
type TicketRoute = 'POST /v1/cards/{cardId}/certificates' | 'POST /v1/cards/{cardId}/tickets';

/** What no test of these pages asks for. */
function absentRoutes(): Routes {
  const absent = () => Promise.reject(new ServiceError(404, 'not_found'));
  return Object.fromEntries(Object.keys(issuerApi).map((key) => [key, absent])) as unknown as Routes;
}

function accountRoutes(state: {
  cards: Card[];
  trips: RiderTrip[];
  session: string;
  money: Money;
}): Partial<Routes> {
  const riderId = randomUUID();
  const setState = (cardId: string, newState: Card['state']): Card => {
    const card = state.cards.find((candidate) => candidate.cardId === cardId);
    if (!card) throw new ServiceError(404, 'card_not_found');
    return Object.assign(card, { state: newState });
  };
  return {
    'POST /v1/sign-in/codes': () => ({ expiresInSeconds: 300, demoCode }),
    'POST /v1/sign-in': ({ body, response }) => {
      if (body.code !== demoCode) throw new ServiceError(400, 'wrong_code');
      response.cookie('session', state.session, { httpOnly: true, sameSite: 'strict' });
      return { riderId };
    },
    'POST /v1/sign-out': ({ response }) => void response.clearCookie('session'),
    'GET /v1/me': () => ({ riderId, phoneEnding: '678' }),
    'GET /v1/time': () => ({ nowMilliseconds: Date.now() }),
    'GET /v1/cards': () => ({ cards: state.cards }),
    'POST /v1/cards': ({ body }) => {
      const card: Card = {
        cardId: randomUUID(),
        ...body,
        state: 'active',
        createdAt: new Date().toISOString(),
      };
      state.cards.push(card);
      return card;
    },
    'POST /v1/cards/{cardId}/block': ({ params }) => setState(params.cardId, 'blocked'),
    'POST /v1/cards/{cardId}/unblock': ({ params }) => {
      const card = state.cards.find(({ cardId }) => cardId === params.cardId);
      if (card?.operatorBlock) throw new ServiceError(409, 'blocked_by_operator');
      return setState(params.cardId, 'active');
    },
    'GET /v1/cards/{cardId}/trips': ({ query }) => {
      const end = Number(query.after ?? 0) + query.limit;
      const next = end < state.trips.length ? String(end) : null;
      return { trips: state.trips.slice(end - query.limit, end), next };
    },
    'POST /v1/cards/{cardId}/trips/{tripId}/corrections': ({ params, body }) => {
      if (state.money.refuseCorrectionsWith) throw new ServiceError(409, state.money.refuseCorrectionsWith);
      return ask(state.money, params.tripId, body);
    },
  };
}

function ticketRoutes(sign: ReturnType<typeof ed25519Signer>, money: Money): Pick<Routes, TicketRoute> {
  const claims = {
    issuer: 1,
    keyNo: 1,
    cardRef: '0123456789abcdef',
    statusIdx: 7,
    concession: 0,
    product: 0,
    scope: 0,
  };
  const validMinutes = 26 * 60;
  const refuseBelowZero = () => {
    if (money.balance < 0) throw new ServiceError(409, 'wallet_below_zero');
  };
  return {
    'POST /v1/cards/{cardId}/certificates': async ({ params, body }) => {
      refuseBelowZero();
      const nowMilliseconds = Date.now();
      const { payload, protectedHeader } = await compactVerify(body.proof, EmbeddedJWK);
      const { cardId, iat } = JSON.parse(new TextDecoder().decode(payload)) as {
        cardId: string;
        iat: number;
      };
      if (cardId !== params.cardId || Math.abs(iat - nowMilliseconds / 1000) > 60) {
        throw new ServiceError(400, 'bad_device_proof');
      }
      const deviceKey = compressDeviceKey(protectedHeader.jwk as JWK);
      const notBefore = slotAt(nowMilliseconds / 1000) - 4;
      const certificate = await signCertificate({ ...claims, notBefore, validMinutes, deviceKey }, sign);
      return {
        nowMilliseconds,
        certificates: [
          {
            serviceDay: '2026-11-23',
            certificate: Buffer.from(certificate).toString('base64url'),
            validFrom: new Date(slotStart(notBefore) * 1000).toISOString(),
            validUntil: new Date((slotStart(notBefore) + validMinutes * 60) * 1000).toISOString(),
          },
        ],
      };
    },
    'POST /v1/cards/{cardId}/tickets': async ({ body }) => {
      refuseBelowZero();
      const nowMilliseconds = Date.now();
      const first = slotAt(nowMilliseconds / 1000);
      const slots = Array.from({ length: body.count }, (_, index) => first + index);
      const tickets = await Promise.all(
        slots.map(async (slot) => ({ slot, ticket: await signSingleTicket({ ...claims, slot }, sign) })),
      );
      return { nowMilliseconds, tickets };
    },
  };
}
