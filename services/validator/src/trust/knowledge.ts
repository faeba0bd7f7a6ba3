/** What the validator goes by: its gates, the keys it believes, the status lists; verified before use, kept on disk. */
import type { DatabaseSync } from 'node:sqlite';
import { validatorConfiguration, type PublishedVersions } from '@vedong/contracts';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import {
  createKeySet,
  statusListUriFor,
  verifyTrustBundle,
  type KeySet,
  type StatusList,
  type TrustBundle,
} from '@vedong/ticket';
import { addServiceDays, serviceDayAt, type ServiceDay } from '@vedong/travel';
import { z } from 'zod';
import { createHeldLists, listName, type WantedList } from './held-lists.ts';
import { dropCopy, findCopy, findCopyVersion, keepCopy } from './kept-copies.ts';
import { toSetup, type Setup } from './setup.ts';

/** What enrolment fixed: who this validator is, and the root key that it pins. */
const enrolmentSchema = z.object({
  validatorId: z.string(),
  rootKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
});
type Enrolment = z.output<typeof enrolmentSchema>;

const copyNames = {
  enrolment: 'enrolment',
  configuration: 'configuration',
  bundle: 'trust-bundle',
  revocation: 'revocation',
};

export type Knowledge = ReturnType<typeof createKnowledge>;

/** Every `take…` verifies, keeps the copy on disk and only then uses it; it throws and changes nothing otherwise. */
function createKnowledge(db: DatabaseSync, clock: Clock) {
  let enrolment: Enrolment | undefined;
  let setup: Setup | undefined;
  /** When the operator was first heard to have revoked this validator. */
  let revokedAt: string | undefined;
  let trust: { bundle: TrustBundle; keys: KeySet } | undefined;
  const lists = createHeldLists({ db, clock, keys: () => trust?.keys });
  const listConfirmedAt = new Map<string, number>();

  function takeEnrolment(content: string): void {
    const taken = enrolmentSchema.parse(JSON.parse(content));
    keepCopy(db, copyNames.enrolment, { content, version: 0 });
    enrolment = taken;
  }

  function takeConfiguration(content: string): void {
    const configuration = validatorConfiguration.parse(JSON.parse(content));
    if (configuration.validatorId !== enrolment?.validatorId) {
      throw new Error('the configuration is of another validator');
    }
    keepCopy(db, copyNames.configuration, { content, version: configuration.version });
    setup = toSetup(configuration);
    if (revokedAt !== undefined) dropCopy(db, copyNames.revocation);
    revokedAt = undefined;
  }

  /** The operator trusts this validator no longer, so it does not open, after a restart too, until it hears otherwise. */
  function takeRevocation(at: string): void {
    revokedAt ??= at;
    keepCopy(db, copyNames.revocation, { content: revokedAt, version: 0 });
  }

  async function takeTrustBundle(content: string): Promise<void> {
    if (!enrolment) throw new Error('no root key is pinned yet');
    const bundle = await verifyTrustBundle(content, enrolment.rootKey, {
      nowSeconds: nowSeconds(clock),
      minimumVersion: findCopyVersion(db, copyNames.bundle),
    });
    // A later one may have come meanwhile.
    keepCopy(db, copyNames.bundle, { content, version: bundle.version });
    if (trust && countCondemned(bundle) > countCondemned(trust.bundle)) lists.doubtAll();
    trust = { bundle, keys: createKeySet(bundle) };
  }

  const listWanted = (): WantedList[] =>
    setup && trust ? wantedLists(trust.bundle, serviceDayAt(nowSeconds(clock), setup.calendar)) : [];

  return {
    takeEnrolment,
    takeConfiguration,
    takeRevocation,
    takeTrustBundle,
    lists,
    listWanted,

    enrolment: () => enrolment,
    setup: () => setup,
    revokedAt: () => revokedAt,
    configurationVersion: () => findCopyVersion(db, copyNames.configuration),
    /** Undefined without a bundle, and once the bundle has ended. */
    trust: () => (trust && nowSeconds(clock) < trust.bundle.exp ? trust : undefined),
    /** Undefined without a list of that day, and once the list has ended. */
    findStatusList(issuer: number, day: ServiceDay): StatusList | undefined {
      const published = lists.find(listName(issuer, day));
      return published && nowSeconds(clock) < published.exp ? published.list : undefined;
    },
    /** The issuer said that the list at hand is its newest. */
    confirmStatusList(name: string): void {
      listConfirmedAt.set(name, clock.monotonicMilliseconds());
    },
    /** Since that was last said, or since it was signed where that is later; null without a list. */
    statusListAgeSeconds(issuer: number, day: ServiceDay): number | null {
      const name = listName(issuer, day);
      const published = lists.find(name);
      if (!published) return null;
      const sinceSigned = Math.max(0, nowSeconds(clock) - published.iat);
      const confirmedAt = listConfirmedAt.get(name);
      if (confirmedAt === undefined) return sinceSigned;
      return Math.min(sinceSigned, (clock.monotonicMilliseconds() - confirmedAt) / 1000);
    },
    /** Whether there is a list for each day, none of them in doubt. */
    isComplete: (): boolean =>
      trust !== undefined &&
      setup !== undefined &&
      listWanted().every(({ name }) => lists.find(name)?.isDoubtful === false),
    /** Whether bundle or lists are older than what the issuer says there is. */
    isBehind({ trustBundle, statusLists }: PublishedVersions): boolean {
      const isOld = ({ name }: WantedList) => {
        const held = lists.find(name);
        return !held || held.isDoubtful || held.version < statusLists;
      };
      return (trust?.bundle.version ?? 0) < trustBundle || listWanted().some(isOld);
    },

    /** Forgets lists of days gone by. */
    dropOldLists(): void {
      const wanted = new Set(listWanted().map(({ name }) => name));
      if (wanted.size > 0) lists.keepOnly(wanted);
    },
  };
}

const countCondemned = ({ issuers }: TrustBundle): number =>
  issuers.flatMap(({ keys }) => keys).filter(({ status }) => status === 'compromised').length;

/** The lists of yesterday, for rides that end late, of today and of tomorrow. */
function wantedLists({ issuers }: TrustBundle, today: ServiceDay): WantedList[] {
  const days = [-1, 0, 1].map((distance) => addServiceDays(today, distance));
  return issuers.flatMap((entry) =>
    days.map((serviceDay) => ({
      name: listName(entry.issuer, serviceDay),
      url: statusListUriFor(entry, serviceDay),
      issuer: entry.issuer,
      serviceDay,
    })),
  );
}

/** Starts from the copies on disk. A copy that does not verify is not used, but its version still counts. */
export async function loadKnowledge(db: DatabaseSync, clock: Clock, log: Log): Promise<Knowledge> {
  const knowledge = createKnowledge(db, clock);
  const attempt = async (name: string, work: () => void | Promise<void>) => {
    try {
      await work();
    } catch (error) {
      log.error({ copy: name, why: (error as Error).message }, 'a kept copy is not usable; fetching it anew');
    }
  };
  const load = (name: string, take: (content: string) => void | Promise<void>) =>
    attempt(name, () => {
      const content = findCopy(db, name);
      return content === undefined ? undefined : take(content);
    });
  await load(copyNames.enrolment, knowledge.takeEnrolment);
  await load(copyNames.configuration, knowledge.takeConfiguration);
  await load(copyNames.revocation, knowledge.takeRevocation);
  await load(copyNames.bundle, knowledge.takeTrustBundle);
  for (const wanted of knowledge.listWanted()) {
    await attempt(wanted.name, () => knowledge.lists.load(wanted));
  }
  return knowledge;
}
