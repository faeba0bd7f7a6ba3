/** The issuer's configuration: the only place that reads the environment, and where its limits are held against each other. */
import type { ServiceCalendar } from '@vedong/travel';
import {
  ConfigError,
  portVariable,
  readConfig,
  secretVariable,
  serverVariables,
} from '@vedong/runtime/config';
import { getCountries, type CountryCode } from 'libphonenumber-js/mobile';
import { z } from 'zod';
import { paymentsConfig, paymentVariables } from './payments/config.ts';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const databaseVariables = {
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
};

/** What the running service and the keys command must agree on. */
const issuingVariables = {
  ...databaseVariables,
  KEY_ENCRYPTION_KEY: secretVariable,
  ISSUER_NUMBER: count(0, 65_535).default(1),
  TIME_ZONE: serverVariables.TIME_ZONE,
  SERVICE_DAY_START_HOUR: serverVariables.SERVICE_DAY_START_HOUR,
  /** Days after today for which phones get certificates, so that they work without a network. */
  CERTIFICATE_DAYS_AHEAD: count(0, 14).default(2),
  /** Where phones and gates reach this service. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:8080')
    .transform((url) => url.replace(/\/+$/, '')),
};

const serviceVariables = z.object({
  ...serverVariables,
  ...issuingVariables,
  PORT: portVariable(8080),
  DATABASE_POOL: count(2, 100).default(10),
  SERVICE_TOKEN: secretVariable,
  COOKIE_SECURE: z.enum(['0', '1']).optional(),
  /** Cards a day at most: every card that travels takes one entry of that day's list. */
  STATUS_LIST_CAPACITY: count(4, 16_000_000).default(1_000_000),
  /** Gates that may listen to changes at one process, in all and from one address. */
  CHANGE_STREAMS: count(1, 100_000).default(5000),
  CHANGE_STREAMS_PER_ADDRESS: count(1, 100_000).default(2000),
  PHONE_COUNTRY: z
    .string()
    .refine((code) => (getCountries() as string[]).includes(code), 'must be a country code like VN')
    .transform((code) => code as CountryCode)
    .default('VN'),
  CODES_PER_NUMBER_PER_HOUR: count(1, 100_000).optional(),
  CODES_PER_ADDRESS_PER_HOUR: count(1, 100_000).optional(),
  TRIES_PER_ADDRESS_PER_HOUR: count(1, 100_000).optional(),
  SMS_WEBHOOK_URL: z.url({ protocol: /^https$/, error: 'must be an https:// address' }).optional(),
  SMS_WEBHOOK_TOKEN: z.string().min(1).optional(),
  /** Where the terms of tariffs come from; without it there are no passes and no caps. */
  OPERATOR_URL: z.url({ protocol: /^https?$/ }).optional(),
  TERMS_POLL_SECONDS: count(1, 86_400).default(30),
  /** How far below zero a ride may take a wallet, in dong. */
  LOWEST_BALANCE: z.coerce.number().int().min(-10_000_000).max(0).default(-30_000),
  /** What a new rider's wallet begins with, in dong. */
  WELCOME_CREDIT: count(0, 10_000_000).optional(),
  /** Refunds up to this are made at once; up to the other one member of staff approves, above it two. In dong. */
  REFUND_AT_ONCE_UP_TO: count(0, 100_000_000).default(200_000),
  REFUND_ONE_PERSON_UP_TO: count(0, 100_000_000).default(2_000_000),
  /** What a used pass is worth: by the days left, or nothing. */
  REFUND_OF_PASSES: z.enum(['days_left', 'unused_only']).default('days_left'),
  ...paymentVariables,
});

const keysVariables = z.object({
  ...issuingVariables,
  ISSUER_NAME: z.string().trim().min(1).max(100).default('Vedong'),
  ROOT_KEY_FILE: z.string().min(1),
  SIGNING_KEY_DAYS: count(30, 3650).default(365),
  /** Between publishing a new key and signing with it: the time gates have to learn of it. */
  KEY_LEAD_SECONDS: count(0, 30 * 86_400).default(3600),
  BUNDLE_DAYS: count(1, 365).default(30),
});

type IssuingVariables = z.output<z.ZodObject<typeof issuingVariables>>;

/** A certificate ends this long after its service day, so that a late ride can finish. */
export const certificateGraceSeconds = 2 * 3600;

function toIssuing(variables: IssuingVariables) {
  const calendar: ServiceCalendar = {
    timeZone: variables.TIME_ZONE,
    startHour: variables.SERVICE_DAY_START_HOUR,
  };
  return {
    databaseUrl: variables.DATABASE_URL,
    keyEncryptionKey: variables.KEY_ENCRYPTION_KEY,
    issuerNumber: variables.ISSUER_NUMBER,
    calendar,
    certificateDaysAhead: variables.CERTIFICATE_DAYS_AHEAD,
    publicUrl: variables.PUBLIC_URL,
    /** No ticket is good for longer than this after it was signed; an hour more for a change of the clocks. */
    ticketReachSeconds: (variables.CERTIFICATE_DAYS_AHEAD + 1) * 86_400 + certificateGraceSeconds + 3600,
  };
}

export function readServiceConfig(env: NodeJS.ProcessEnv = process.env) {
  const variables = readConfig(serviceVariables, env);
  return Object.freeze({
    ...toIssuing(variables),
    host: variables.HOST,
    port: variables.PORT,
    logLevel: variables.LOG_LEVEL,
    trustedProxies: variables.TRUSTED_PROXIES,
    databasePool: variables.DATABASE_POOL,
    serviceToken: variables.SERVICE_TOKEN,
    cookieSecure: variables.COOKIE_SECURE
      ? variables.COOKIE_SECURE === '1'
      : variables.PUBLIC_URL.startsWith('https:'),
    statusListCapacity: variables.STATUS_LIST_CAPACITY,
    changeStreams: variables.CHANGE_STREAMS,
    changeStreamsPerAddress: variables.CHANGE_STREAMS_PER_ADDRESS,
    phoneCountry: variables.PHONE_COUNTRY,
    signInLimits: signInLimits(variables),
    codeDelivery: codeDelivery(variables),
    operatorUrl: variables.OPERATOR_URL,
    termsPollSeconds: variables.TERMS_POLL_SECONDS,
    lowestBalance: variables.LOWEST_BALANCE,
    welcomeCredit: variables.WELCOME_CREDIT ?? (variables.DEMO ? 500_000 : 0),
    payments: paymentsConfig(variables),
    refunds: refundsConfig(variables),
  });
}
export type ServiceConfig = ReturnType<typeof readServiceConfig>;

/** A demo shows its codes to everybody, and all its simulated riders come from one address. */
function signInLimits(variables: z.output<typeof serviceVariables>) {
  const demo = variables.DEMO;
  return {
    codesPerNumberPerHour: variables.CODES_PER_NUMBER_PER_HOUR ?? (demo ? 30 : 5),
    codesPerAddressPerHour: variables.CODES_PER_ADDRESS_PER_HOUR ?? (demo ? 1000 : 20),
    triesPerAddressPerHour: variables.TRIES_PER_ADDRESS_PER_HOUR ?? (demo ? 1000 : 60),
  };
}

/** Throws ConfigError where more staff would be needed for less money. */
function refundsConfig(variables: z.output<typeof serviceVariables>) {
  const limits = {
    atOnceUpTo: variables.REFUND_AT_ONCE_UP_TO,
    onePersonUpTo: variables.REFUND_ONE_PERSON_UP_TO,
  };
  if (limits.onePersonUpTo < limits.atOnceUpTo) {
    throw new ConfigError('REFUND_ONE_PERSON_UP_TO must not be below REFUND_AT_ONCE_UP_TO.');
  }
  return { ...limits, ofPasses: variables.REFUND_OF_PASSES };
}

/** How one-time codes reach people: shown in a demo, else by a provider that must be configured. */
function codeDelivery({ DEMO, SMS_WEBHOOK_URL, SMS_WEBHOOK_TOKEN }: z.output<typeof serviceVariables>) {
  if (DEMO) return { kind: 'shown' } as const;
  if (!SMS_WEBHOOK_URL || !SMS_WEBHOOK_TOKEN) {
    throw new ConfigError(
      'One-time codes cannot be sent: set SMS_WEBHOOK_URL and SMS_WEBHOOK_TOKEN to the SMS provider, ' +
        'or DEMO=1 to show codes on the page (never in production).',
    );
  }
  return { kind: 'webhook', url: SMS_WEBHOOK_URL, token: SMS_WEBHOOK_TOKEN } as const;
}

export function readKeysConfig(env: NodeJS.ProcessEnv = process.env) {
  const variables = readConfig(keysVariables, env);
  const config = {
    ...toIssuing(variables),
    issuerName: variables.ISSUER_NAME,
    rootKeyFile: variables.ROOT_KEY_FILE,
    signingKeySeconds: variables.SIGNING_KEY_DAYS * 86_400,
    keyLeadSeconds: variables.KEY_LEAD_SECONDS,
    bundleSeconds: variables.BUNDLE_DAYS * 86_400,
  };
  if (config.signingKeySeconds <= config.bundleSeconds + config.keyLeadSeconds + config.ticketReachSeconds) {
    throw new ConfigError(
      'SIGNING_KEY_DAYS must be longer than BUNDLE_DAYS, KEY_LEAD_SECONDS and CERTIFICATE_DAYS_AHEAD together, ' +
        'or a new key would have to be replaced as soon as it is made.',
    );
  }
  return Object.freeze(config);
}
export type KeysConfig = ReturnType<typeof readKeysConfig>;

export const readDatabaseUrl = (env: NodeJS.ProcessEnv = process.env): string =>
  readConfig(z.object(databaseVariables), env).DATABASE_URL;
