/** Reads the environment once, at start: a missing or wrong variable ends the program by its name. */
import { z } from 'zod';

export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Parses `env` with `schema` and freezes the result. Throws ConfigError naming every variable at fault. */
export function readConfig<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): Readonly<z.output<S>> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(
    `Configuration is not usable. Set these environment variables:\n${faults.join('\n')}`,
  );
}

function isTimeZone(zone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone) !== undefined;
  } catch {
    return false;
  }
}

/** Variables every service has. */
export const serverVariables = {
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** How many proxies in front may be believed about the caller's address. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  /** `1` shows one-time codes on the page and seeds demo accounts. Never in production. */
  DEMO: z
    .enum(['0', '1'])
    .default('0')
    .transform((flag) => flag === '1'),
  TIME_ZONE: z.string().default('Asia/Ho_Chi_Minh').refine(isTimeZone, 'must be an IANA time zone'),
  SERVICE_DAY_START_HOUR: z.coerce.number().int().min(0).max(12).default(3),
};

export const portVariable = (port: number) => z.coerce.number().int().min(0).max(65535).default(port);
export const secretVariable = z.string().min(32, 'must be a secret of at least 32 characters');
