/** The validator's environment; every value that can be chosen, and nothing that follows from the ticket format. */
import { portVariable, readConfig, serverVariables } from '@vedong/runtime/config';
import { z } from 'zod';
import { findRedisAddress, redisAddressForms } from './replay/redis-address.ts';

const { HOST, LOG_LEVEL, TRUSTED_PROXIES } = serverVariables;
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const variables = z.object({
  HOST,
  LOG_LEVEL,
  TRUSTED_PROXIES,
  PORT: portVariable(8090),
  /** Journal, key and last good copies; one folder for one validator. */
  DATA_FOLDER: z.string().min(1),
  OPERATOR_URL: httpUrl,
  ISSUER_URL: httpUrl,
  /** From the operator, for the first start only; afterwards it is ignored. */
  ENROLMENT_CODE: z.string().min(1).max(200).optional(),
  /** Absent: the validator's own memory is the only guard, which is right where one validator sees every tap. */
  REDIS_URL: z
    .string()
    .refine((text) => findRedisAddress(text) !== undefined, redisAddressForms)
    .optional(),
  /** How long a tap waits for Redis before the validator's own memory answers. */
  GUARD_BUDGET_MILLISECONDS: whole(5, 1000).default(60),
  /** How many replicas must hold a claim before the tap says `guard: redis`; 0: the primary's word is enough. */
  GUARD_REPLICAS: whole(0, 5).default(0),
  /** More taps under way are told to come again: about a fifth of a second of work for one processor core. */
  TAPS_AT_ONCE: whole(1, 10_000).default(400),
  /** How often gates, trust bundle and status lists are asked for again. */
  REFRESH_SECONDS: whole(1, 3600).default(5),
  /** How long taps stay in the journal after the operator has them. */
  JOURNAL_RETENTION_DAYS: whole(1, 365).default(7),
  /** The journal's file never becomes larger; 24 hours of 100,000 taps take 100 MB. */
  JOURNAL_MOST_MEGABYTES: whole(1, 1_000_000).default(4096),
  /** With less room than this, in the file or on its disk, the journal counts as full. */
  JOURNAL_RESERVE_MEGABYTES: whole(0, 1_000_000).default(64),
});

export type ValidatorConfig = Readonly<z.output<typeof variables>>;

/** Throws ConfigError naming every variable at fault. */
export const readValidatorConfig = (env: NodeJS.ProcessEnv = process.env): ValidatorConfig =>
  readConfig(variables, env);
