/** The operator's configuration: the only place that reads the environment. */
import { readFileSync } from 'node:fs';
import {
  ConfigError,
  portVariable,
  readConfig,
  secretVariable,
  serverVariables,
} from '@vedong/runtime/config';
import type { ServiceCalendar } from '@vedong/travel';
import { z } from 'zod';
import { defaultPolicy, readThresholds, type ConflictPolicy } from './conflict-policy.ts';

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));

const databaseVariables = {
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
};

const number = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

const thresholds = (fallback: string, mayBlock: boolean) =>
  z
    .string()
    .default(fallback)
    .transform((text, check) => {
      const read = readThresholds(text);
      if (read && (mayBlock || read.block === undefined)) return read;
      const forms = mayBlock ? '"record", "warn:1", "block:2" or "warn:1,block:3"' : '"record" or "warn:1"';
      check.addIssue({ code: 'custom', message: `must be ${forms}` });
      return z.NEVER;
    });

const { limits } = defaultPolicy;
const conflictVariables = {
  ON_COPY: thresholds('warn:0,block:1', true),
  ON_SHARED_CARD: thresholds('warn:1,block:2', true),
  ON_REENTRY: thresholds('record', true),
  ON_CLOCK: thresholds('warn:1', false),
  ON_BROKEN_CHAIN: thresholds('warn:1', false),
  TOP_SPEED_KILOMETRES_PER_HOUR: number(limits.topSpeedKilometresPerHour, 10, 1000),
  GATE_CLOCK_TOLERANCE_SECONDS: number(limits.clockToleranceSeconds, 0, 3600),
  SLOT_TOLERANCE_SECONDS: number(limits.slotToleranceSeconds, 60, 3600),
  METRO_PLACE_TOLERANCE_METRES: number(limits.placeToleranceMetres.metro, 0, 100_000),
  BUS_PLACE_TOLERANCE_METRES: number(limits.placeToleranceMetres.bus, 0, 1_000_000),
  REENTRY_INSIDE_SECONDS: number(limits.insideSeconds, 0, 86_400),
  REENTRY_SAME_PLACE_SECONDS: number(limits.samePlaceSeconds, 0, 86_400),
  GROUP_BOARDING_SECONDS: number(limits.groupBoardingSeconds, 0, 3600),
};

const serviceVariables = z.object({
  ...conflictVariables,
  ...serverVariables,
  ...databaseVariables,
  PORT: portVariable(8070),
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(10),
  SERVICE_TOKEN: secretVariable,
  ISSUER_URL: url,
  PUBLIC_URL: url.default('http://localhost:8070'),
  COOKIE_SECURE: z.enum(['0', '1']).optional(),
  ROOT_PUBLIC_KEY_FILE: z.string().min(1),
});

const rootKeySchema = z
  .object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string().regex(/^[\w-]{43}$/),
    d: z.undefined().optional(),
  })
  .loose();

export function readServiceConfig(env: NodeJS.ProcessEnv = process.env) {
  const variables = readConfig(serviceVariables, env);
  return Object.freeze({
    host: variables.HOST,
    port: variables.PORT,
    logLevel: variables.LOG_LEVEL,
    trustedProxies: variables.TRUSTED_PROXIES,
    calendar: { timeZone: variables.TIME_ZONE, startHour: variables.SERVICE_DAY_START_HOUR },
    databaseUrl: variables.DATABASE_URL,
    databasePool: variables.DATABASE_POOL,
    serviceToken: variables.SERVICE_TOKEN,
    issuerUrl: variables.ISSUER_URL,
    cookieSecure: variables.COOKIE_SECURE
      ? variables.COOKIE_SECURE === '1'
      : variables.PUBLIC_URL.startsWith('https:'),
    rootKey: readRootKey(variables.ROOT_PUBLIC_KEY_FILE),
    conflictPolicy: toConflictPolicy(variables),
  });
}
function toConflictPolicy(variables: z.output<typeof serviceVariables>): ConflictPolicy {
  return {
    limits: {
      topSpeedKilometresPerHour: variables.TOP_SPEED_KILOMETRES_PER_HOUR,
      clockToleranceSeconds: variables.GATE_CLOCK_TOLERANCE_SECONDS,
      slotToleranceSeconds: variables.SLOT_TOLERANCE_SECONDS,
      placeToleranceMetres: {
        metro: variables.METRO_PLACE_TOLERANCE_METRES,
        bus: variables.BUS_PLACE_TOLERANCE_METRES,
      },
      insideSeconds: variables.REENTRY_INSIDE_SECONDS,
      samePlaceSeconds: variables.REENTRY_SAME_PLACE_SECONDS,
      groupBoardingSeconds: variables.GROUP_BOARDING_SECONDS,
    },
    thresholds: {
      copy: variables.ON_COPY,
      shared_card: variables.ON_SHARED_CARD,
      reentry: variables.ON_REENTRY,
      clock: variables.ON_CLOCK,
      broken_chain: variables.ON_BROKEN_CHAIN,
    },
  };
}
export type ServiceConfig = ReturnType<typeof readServiceConfig>;

export const readDatabaseUrl = (env: NodeJS.ProcessEnv = process.env): string =>
  readConfig(z.object(databaseVariables), env).DATABASE_URL;

/** When service days begin, for commands. */
export function readCalendar(env: NodeJS.ProcessEnv = process.env): ServiceCalendar {
  const { TIME_ZONE, SERVICE_DAY_START_HOUR } = serverVariables;
  const variables = readConfig(z.object({ TIME_ZONE, SERVICE_DAY_START_HOUR }), env);
  return { timeZone: variables.TIME_ZONE, startHour: variables.SERVICE_DAY_START_HOUR };
}

/** The key that gates pin: given to each validator when it enrols. */
function readRootKey(file: string): Record<string, unknown> {
  try {
    return rootKeySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new ConfigError(
      `ROOT_PUBLIC_KEY_FILE: ${file} is not a readable public Ed25519 JWK. The issuer's keys command writes it.`,
    );
  }
}
