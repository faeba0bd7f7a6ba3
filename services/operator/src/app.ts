/** The operator's HTTP app: network, validators, taps, trips; its pages are the console. */
import { operatorApi, type Client, type IssuerApi, type OperatorApi } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import type { Log } from '@vedong/runtime/log';
import { databaseAnswers } from '@vedong/runtime/postgres';
import { bearerTokenOf, notSignedIn, sameSecret, sessionHashOf } from '@vedong/runtime/session-token';
import type { ServiceCalendar } from '@vedong/travel';
import type { Express } from 'express';
import { defaultPolicy, type ConflictPolicy } from './conflict-policy.ts';
import type { OperatorContext } from './context.ts';
import { findSessionStaff } from './db/staff.ts';
import type { Db } from './db/tables.ts';
import { identifyValidator } from './enrol-validator.ts';
import { createMetrics } from './metrics.ts';
import { correctionRoutes } from './routes/corrections.ts';
import type { Callers } from './routes/handlers.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { listRoutes } from './routes/lists.ts';
import { networkRoutes } from './routes/network.ts';
import { riderMoneyRoutes } from './routes/rider-money.ts';
import { staffRoutes } from './routes/staff.ts';
import { tariffRoutes } from './routes/tariffs.ts';
import { validatorRoutes } from './routes/validators.ts';

export interface OperatorOptions {
  db: Db;
  clock: Clock;
  log: Log;
  calendar: ServiceCalendar;
  /** `defaultPolicy` where it is left out. */
  conflictPolicy?: ConflictPolicy;
  /** Public JWK that validators pin. */
  rootKey: Record<string, unknown>;
  issuer: Client<IssuerApi>;
  /** What the issuer shows as its bearer token. */
  serviceToken: string;
  cookieSecure: boolean;
  trustedProxies: number;
  pagesFolder?: string;
}

const bodyLimitBytes = 64_000;

/** `context` is for the background work that runs beside the app. */
export function createApp(options: OperatorOptions): { app: Express; context: OperatorContext } {
  const { db, clock, log, calendar, issuer, pagesFolder } = options;
  const registry = createRegistry('operator');
  const context: OperatorContext = {
    db,
    clock,
    log,
    calendar,
    conflictPolicy: options.conflictPolicy ?? defaultPolicy,
    metrics: createMetrics(registry),
    issuer,
  };
  const app = createHttpApp<OperatorApi, Callers>({
    service: 'operator',
    log,
    api: operatorApi,
    registry,
    bodyLimitBytes,
    trustedProxies: options.trustedProxies,
    ...(pagesFolder === undefined ? {} : { pagesFolder }),
    notReady: async () => ((await databaseAnswers(db)) ? null : 'the database does not answer'),
    authenticators: {
      staff: async (request) => {
        const staff = await findSessionStaff(db, sessionHashOf(request), new Date(clock.nowMilliseconds()));
        if (!staff) throw notSignedIn();
        return staff;
      },
      validator: (request) => identifyValidator(context, bearerTokenOf(request)),
      service: async (request) => {
        if (!sameSecret(bearerTokenOf(request), options.serviceToken)) throw notSignedIn();
      },
    },
    handlers: {
      ...staffRoutes(context, options.cookieSecure),
      ...networkRoutes(context),
      ...validatorRoutes(context, options.rootKey),
      ...listRoutes(context),
      ...correctionRoutes(context),
      ...incidentRoutes(context),
      ...tariffRoutes(context),
      ...riderMoneyRoutes(context),
    },
  });
  return { app, context };
}
