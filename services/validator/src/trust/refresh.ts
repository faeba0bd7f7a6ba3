/** Enrols once, then asks again and again for what may have changed; without an answer the last good copies stay. */
import { ApiError, createClient, operatorApi, type OperatorApi } from '@vedong/contracts';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import type { ValidatorConfig } from '../config.ts';
import type { Identity } from './identity.ts';
import type { Knowledge } from './knowledge.ts';

const requestTimeoutMilliseconds = 10_000;
const bearerLifetimeSeconds = 30;

export interface RefreshParts {
  config: Pick<ValidatorConfig, 'OPERATOR_URL' | 'ISSUER_URL' | 'ENROLMENT_CODE' | 'REFRESH_SECONDS'>;
  knowledge: Knowledge;
  identity: Identity;
  clock: Clock;
  log: Log;
}

type Report = (what: string, attempt: () => Promise<void>) => Promise<void>;
type FetchChanged = (url: string, options: FetchOptions) => Promise<void>;
interface FetchOptions {
  headers?: Record<string, string>;
  take: (content: string) => void | Promise<void>;
}

/** Goes through everything now and at every interval until `stop`. A code once refused is not tried again. */
export function startRefreshing(parts: RefreshParts): { stop: () => void } {
  const report = reportChanges(parts.log);
  const fetchChanged = rememberTags();
  let stopped = false;
  let isCodeRefused = false;
  let timer: NodeJS.Timeout | undefined;
  const enrolOnce = () =>
    enrol(parts).catch((error: unknown) => {
      isCodeRefused = error instanceof ApiError && error.code === 'wrong_enrolment_code';
      throw error;
    });
  const refresh = async () => {
    if (!parts.knowledge.enrolment() && !isCodeRefused) await report('enrolment', enrolOnce);
    if (parts.knowledge.enrolment()) await fetchAll(parts, fetchChanged, report);
    if (!stopped) timer = setTimeout(() => void refresh(), parts.config.REFRESH_SECONDS * 1000);
  };
  void refresh();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function enrol({ config, knowledge, identity, clock }: RefreshParts): Promise<void> {
  const operator = createClient<OperatorApi>(config.OPERATOR_URL);
  const request = await identity.sign(
    { typ: 'vd1-enrol', jwk: identity.publicJwk },
    { code: config.ENROLMENT_CODE, iat: nowSeconds(clock) },
  );
  const { configuration, rootKey } = operatorApi['POST /v1/validators/enrol'].response.parse(
    await operator('POST /v1/validators/enrol', { body: { request } }),
  );
  knowledge.takeEnrolment(JSON.stringify({ validatorId: configuration.validatorId, rootKey }));
  knowledge.takeConfiguration(JSON.stringify(configuration));
}

/** Lists after the bundle, which says whose they are and whose signature counts. */
async function fetchAll(parts: RefreshParts, fetchChanged: FetchChanged, report: Report): Promise<void> {
  const { knowledge, config } = parts;
  await Promise.all([
    report('configuration', () => fetchConfiguration(parts, fetchChanged)),
    report('trust bundle', () =>
      fetchChanged(`${config.ISSUER_URL}/v1/trust-bundle`, { take: knowledge.takeTrustBundle }),
    ),
  ]);
  await Promise.all(
    knowledge.listWanted().map((wanted) =>
      report(wanted.name, async () => {
        await fetchChanged(wanted.url, { take: (content) => knowledge.takeStatusList(wanted, content) });
        knowledge.confirmStatusList(wanted.name);
      }),
    ),
  );
  await report('old status lists', async () => knowledge.dropOldLists());
}

async function fetchConfiguration(parts: RefreshParts, fetchChanged: FetchChanged): Promise<void> {
  const { config, knowledge, identity, clock } = parts;
  const { validatorId } = knowledge.enrolment()!;
  const iat = nowSeconds(clock);
  const bearer = await identity.sign(
    { typ: 'vd1-validator', kid: validatorId },
    { sub: validatorId, iat, exp: iat + bearerLifetimeSeconds },
  );
  await fetchChanged(`${config.OPERATOR_URL}/v1/validators/${validatorId}/configuration`, {
    headers: { authorization: `Bearer ${bearer}` },
    take: knowledge.takeConfiguration,
  });
}

/** Fetches with the tag of what was last taken from an address, so that an unchanged text is not sent again. */
function rememberTags(): FetchChanged {
  const tags = new Map<string, string>();
  return async (url, { headers, take }) => {
    const tag = tags.get(url);
    const response = await fetch(url, {
      headers: { ...headers, ...(tag === undefined ? {} : { 'if-none-match': tag }) },
      signal: AbortSignal.timeout(requestTimeoutMilliseconds),
    });
    const content = await response.text();
    if (response.status === 304 && tag !== undefined) return;
    if (response.status !== 200) throw new Error(`answered ${response.status} (${url})`);
    await take(content);
    const newTag = response.headers.get('etag');
    if (newTag === null) tags.delete(url);
    else tags.set(url, newTag);
  };
}

/** Logs what goes wrong once, and once when it is right again. */
function reportChanges(log: Log): Report {
  const troubles = new Map<string, string>();
  return async (what, attempt) => {
    try {
      await attempt();
      if (troubles.delete(what)) log.info({ what }, 'arrives again');
    } catch (error) {
      const why = explain(error);
      if (troubles.get(what) !== why)
        log.warn({ what, why }, 'did not arrive; going on with the last good copy');
      troubles.set(what, why);
    }
  };
}

function explain(error: unknown): string {
  const { message, cause } = error as Error;
  if (error instanceof ApiError) return `${error.code}: ${message}`;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
