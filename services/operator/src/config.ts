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

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));

const databaseVariables = {
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
};

const serviceVariables = z.object({
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
  });
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
