/** Puts the issuer together: use cases, routes, who may call them. */
import { fileURLToPath } from 'node:url';
import { issuerApi, type IssuerApi } from '@vedong/contracts';
import type { Authenticators } from '@vedong/runtime/api';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import type { Log } from '@vedong/runtime/log';
import { databaseAnswers } from '@vedong/runtime/postgres';
import { bearerTokenOf, notSignedIn, sameSecret, sessionHashOf } from '@vedong/runtime/session-token';
import type { Express } from 'express';
import { createChangeStreams } from './change-streams.ts';
import type { ServiceConfig } from './config.ts';
import type { IssuerDb } from './db/database.ts';
import { findSessionRider } from './db/riders.ts';
import { createEvents } from './events.ts';
import type { Callers, Issuer } from './issuer.ts';
import { createPayments } from './payments/top-ups.ts';
import { cardBlockRoutes } from './routes/card-blocks.ts';
import { cardRoutes } from './routes/cards.ts';
import { paymentRoutes } from './routes/payments.ts';
import { concessionRoutes } from './routes/concessions.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { refundRoutes } from './routes/refunds.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { ticketRoutes } from './routes/tickets.ts';
import { tripRoutes } from './routes/trips.ts';
import { trustRoutes } from './routes/trust.ts';
import { walletRoutes } from './routes/wallet.ts';
import type { SendCode } from './send-code.ts';
import { createSignInLimits } from './sign-in-limits.ts';
import { createStatusLists } from './status-lists.ts';
import { createTrust, findTrustFault } from './trust.ts';
import { createVault } from './vault.ts';

export interface AppParts {
  db: IssuerDb;
  clock: Clock;
  log: Log;
  config: ServiceConfig;
  newId: () => string;
  sendCode: SendCode;
}

const bodyLimitBytes = 64_000;

const pagesFolder = fileURLToPath(new URL('../../passenger-app/dist', import.meta.url));

/** `endStreams` is for a service that is to stop: streams would go on for ever. */
export function createApp({ log, ...parts }: AppParts): { app: Express; endStreams: () => void } {
  const { db, clock, config } = parts;
  const vault = createVault(config.keyEncryptionKey);
  const trust = createTrust({ db, vault, clock, ...config });
  const registry = createRegistry('issuer');
  const statusLists = createStatusLists({ db, clock, trust, config });
  const changes = createChangeStreams({ db, config, trust, statusLists, registry, log });
  const issuer: Issuer = {
    ...parts,
    vault,
    trust,
    limits: createSignInLimits(db, vault, config.signInLimits),
    statusLists,
    changes,
    payments: createPayments(db, config.payments, config.publicUrl),
    events: createEvents(log),
  };
  const app = createHttpApp<IssuerApi, Callers>({
    service: 'issuer',
    log,
    api: issuerApi,
    handlers: {
      ...signInRoutes(issuer),
      ...cardRoutes(issuer),
      ...cardBlockRoutes(issuer),
      ...ticketRoutes(issuer),
      ...tripRoutes(issuer),
      ...trustRoutes(issuer),
      ...paymentRoutes(issuer),
      ...walletRoutes(issuer),
      ...refundRoutes(issuer),
      ...receiptRoutes(issuer),
      ...concessionRoutes(issuer),
    },
    authenticators: authenticators(issuer),
    notReady: async () =>
      (await databaseAnswers(db)) ? findTrustFault(trust, nowSeconds(clock)) : 'the database does not answer',
    registry,
    bodyLimitBytes,
    trustedProxies: config.trustedProxies,
    pagesFolder,
  });
  return { app, endStreams: () => changes.end() };
}

const authenticators = ({ db, clock, config }: Issuer): Authenticators<Callers> => ({
  rider: async (request) => {
    const sessionHash = sessionHashOf(request);
    const riderId = await findSessionRider(db, sessionHash, new Date(clock.nowMilliseconds()));
    if (!riderId) throw notSignedIn();
    return { riderId, sessionHash };
  },
  service: (request) => {
    if (!sameSecret(bearerTokenOf(request), config.serviceToken)) return Promise.reject(notSignedIn());
    return Promise.resolve(true);
  },
});
