/** Enrols once, then asks again and again for what may have changed; without an answer the last good copies stay. */
import { ApiError, createClient, operatorApi, type OperatorApi } from '@vedong/contracts';
import { instantOf, nowSeconds, type Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import { z } from 'zod';
import type { ValidatorConfig } from '../config.ts';
import { followChanges } from './follow-changes.ts';
import type { WantedList } from './held-lists.ts';
import type { Identity } from './identity.ts';
import type { Knowledge } from './knowledge.ts';

const requestTimeoutMilliseconds = 10_000;
/** While changes are pushed, trust bundle and lists are asked for only to be sure. */
const pushedRefreshMilliseconds = 60_000;
/** A list is taken whole again when nothing has renewed it for this long, or when it has become of many pieces. */
const wholeAfterSeconds = 3600;
const deltasMost = 500;
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
export function startRefreshing(parts: RefreshParts): { isPushed: () => boolean; stop: () => void } {
  const { knowledge, config, clock, log } = parts;
  const report = reportChanges(log);
  const fetchChanged = rememberTags();
  const refreshTrust = () => fetchTrust(parts, fetchChanged, report);
  const changes = followChanges({ issuerUrl: config.ISSUER_URL, knowledge, catchUp: refreshTrust, log });
  let stopped = false;
  let isCodeRefused = false;
  let timer: NodeJS.Timeout | undefined;
  let trustDueAt = 0;
  const isTrustDue = (): boolean => {
    const now = clock.monotonicMilliseconds();
    if (changes.isConnected() && knowledge.isComplete() && now < trustDueAt) return false;
    trustDueAt = now + pushedRefreshMilliseconds;
    return true;
  };
  const enrolOnce = () =>
    enrol(parts).catch((error: unknown) => {
      isCodeRefused = error instanceof ApiError && error.code === 'wrong_enrolment_code';
      throw error;
    });
  const refresh = async () => {
    if (!knowledge.enrolment() && !isCodeRefused) await report('enrolment', enrolOnce);
    if (knowledge.enrolment()) {
      await Promise.all([
        report('configuration', () => fetchConfiguration(parts, fetchChanged)),
        isTrustDue() ? refreshTrust() : undefined,
      ]);
    }
    // Not all validators at one moment.
    const pause = config.REFRESH_SECONDS * 1000 * (0.8 + Math.random() * 0.4);
    if (!stopped) timer = setTimeout(() => void refresh(), pause);
  };
  void refresh();
  return {
    isPushed: changes.isConnected,
    stop() {
      stopped = true;
      clearTimeout(timer);
      changes.stop();
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
async function fetchTrust(parts: RefreshParts, fetchChanged: FetchChanged, report: Report): Promise<void> {
  const { knowledge, config } = parts;
  await report('trust bundle', () =>
    fetchChanged(`${config.ISSUER_URL}/v1/trust-bundle`, { take: knowledge.takeTrustBundle }),
  );
  const refreshList = (wanted: WantedList) =>
    report(wanted.name, async () => {
      if (!(await changeHeldList(parts, wanted))) {
        await fetchChanged(wanted.url, { take: (content) => knowledge.lists.takeFull(wanted, content) });
      }
      knowledge.confirmStatusList(wanted.name);
    });
  await Promise.all(knowledge.listWanted().map(refreshList));
  await report('old status lists', async () => knowledge.dropOldLists());
}

/** Brings a list up to date by the changes since its version; false where it must be fetched whole. */
async function changeHeldList({ knowledge, clock }: RefreshParts, wanted: WantedList): Promise<boolean> {
  const held = knowledge.lists.find(wanted.name);
  const mayBeOld = held && nowSeconds(clock) < held.iat + wholeAfterSeconds;
  if (!mayBeOld || held.isDoubtful || held.deltas >= deltasMost) return false;
  const response = await fetch(`${wanted.url}/changes?from=${held.version}`, {
    signal: AbortSignal.timeout(requestTimeoutMilliseconds),
  });
  const content = await response.text();
  if (response.status !== 200) return content.includes('"no_newer_version"');
  return knowledge.lists.takeDelta(wanted, content).then(
    () => true,
    () => false,
  );
}

async function fetchConfiguration(parts: RefreshParts, fetchChanged: FetchChanged): Promise<void> {
  const { config, knowledge, identity, clock } = parts;
  const { validatorId } = knowledge.enrolment()!;
  const iat = nowSeconds(clock);
  const bearer = await identity.sign(
    { typ: 'vd1-validator', kid: validatorId },
    { sub: validatorId, iat, exp: iat + bearerLifetimeSeconds },
  );
  const held = knowledge.configurationVersion();
  const url = `${config.OPERATOR_URL}/v1/validators/${validatorId}/configuration?held=${held}`;
  await fetchChanged(url, {
    headers: { authorization: `Bearer ${bearer}` },
    take: knowledge.takeConfiguration,
  }).catch((error: unknown) => {
    heedRevocation(error, knowledge, clock);
    throw error;
  });
}

/** Has the gates closed where the operator's answer is that this validator is revoked. */
export function heedRevocation(error: unknown, knowledge: Knowledge, clock: Clock): void {
  if (error instanceof ApiError && error.code === 'validator_revoked') {
    knowledge.takeRevocation(instantOf(clock.nowMilliseconds()));
  }
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
    if (response.status !== 200) throw refusalOf(response.status, content, url);
    await take(content);
    const newTag = response.headers.get('etag');
    if (newTag === null) tags.delete(url);
    else tags.set(url, newTag);
  };
}

const problemSchema = z.object({ code: z.string(), detail: z.string().optional() });

function refusalOf(status: number, content: string, url: string): Error {
  try {
    const { code, detail } = problemSchema.parse(JSON.parse(content));
    return new ApiError(status, code, detail ?? url);
  } catch {
    return new Error(`answered ${status} (${url})`);
  }
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
