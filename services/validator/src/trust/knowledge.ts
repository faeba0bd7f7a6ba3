/** What the validator goes by: its gates, the keys it believes, the status lists; verified before use, kept on disk. */
import type { DatabaseSync } from 'node:sqlite';
import { validatorConfiguration } from '@vedong/contracts';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import {
  createKeySet,
  statusListUriFor,
  verifyStatusList,
  verifyTrustBundle,
  type KeySet,
  type PublishedStatusList,
  type StatusList,
  type TrustBundle,
} from '@vedong/ticket';
import { addServiceDays, serviceDayAt, type ServiceDay } from '@vedong/travel';
import { z } from 'zod';
import { dropCopy, findCopy, findCopyVersion, keepCopy, listCopyNames } from './kept-copies.ts';
import { toSetup, type Setup } from './setup.ts';

/** What enrolment fixed: who this validator is, and the root key that it pins. */
const enrolmentSchema = z.object({
  validatorId: z.string(),
  rootKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
});
type Enrolment = z.output<typeof enrolmentSchema>;

/** A status list this validator should have. */
interface WantedList {
  name: string;
  url: string;
  issuer: number;
  serviceDay: ServiceDay;
}

const copyNames = { enrolment: 'enrolment', configuration: 'configuration', bundle: 'trust-bundle' };
const listName = (issuer: number, day: ServiceDay): string => `status-list ${issuer} ${day}`;

export type Knowledge = ReturnType<typeof createKnowledge>;

/** Every `take…` verifies, keeps the copy on disk and only then uses it; it throws and changes nothing otherwise. */
function createKnowledge(db: DatabaseSync, clock: Clock) {
  let enrolment: Enrolment | undefined;
  let setup: Setup | undefined;
  let trust: { bundle: TrustBundle; keys: KeySet } | undefined;
  const lists = new Map<string, PublishedStatusList & WantedList>();
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
    keepCopy(db, copyNames.configuration, { content, version: 0 });
    setup = toSetup(configuration);
  }

  async function takeTrustBundle(content: string): Promise<void> {
    if (!enrolment) throw new Error('no root key is pinned yet');
    const bundle = await verifyTrustBundle(content, enrolment.rootKey, {
      nowSeconds: nowSeconds(clock),
      minimumVersion: findCopyVersion(db, copyNames.bundle),
    });
    keepCopy(db, copyNames.bundle, { content, version: bundle.version });
    trust = { bundle, keys: createKeySet(bundle) };
  }

  async function takeStatusList(wanted: WantedList, content: string): Promise<void> {
    if (!trust) throw new Error('there is no trust bundle yet');
    const published = await verifyStatusList(content, {
      nowSeconds: nowSeconds(clock),
      keys: trust.keys,
      issuer: wanted.issuer,
      sub: wanted.url,
      minimumVersion: findCopyVersion(db, wanted.name),
    });
    keepCopy(db, wanted.name, { content, version: published.version });
    lists.set(wanted.name, { ...published, ...wanted });
  }

  const listWanted = (): WantedList[] =>
    setup && trust ? wantedLists(trust.bundle, serviceDayAt(nowSeconds(clock), setup.calendar)) : [];

  return {
    takeEnrolment,
    takeConfiguration,
    takeTrustBundle,
    takeStatusList,
    listWanted,

    enrolment: () => enrolment,
    setup: () => setup,
    /** Undefined without a bundle, and once the bundle has ended. */
    trust: () => (trust && nowSeconds(clock) < trust.bundle.exp ? trust : undefined),
    /** Undefined without a list of that day, and once the list has ended. */
    findStatusList(issuer: number, day: ServiceDay): StatusList | undefined {
      const published = lists.get(listName(issuer, day));
      return published && nowSeconds(clock) < published.exp ? published.list : undefined;
    },
    /** The issuer said that the list at hand is its newest. */
    confirmStatusList(name: string): void {
      listConfirmedAt.set(name, clock.monotonicMilliseconds());
    },
    /** Since that was last said, or since it was signed where that is later; null without a list. */
    statusListAgeSeconds(issuer: number, day: ServiceDay): number | null {
      const name = listName(issuer, day);
      const published = lists.get(name);
      if (!published) return null;
      const sinceSigned = Math.max(0, nowSeconds(clock) - published.iat);
      const confirmedAt = listConfirmedAt.get(name);
      if (confirmedAt === undefined) return sinceSigned;
      return Math.min(sinceSigned, (clock.monotonicMilliseconds() - confirmedAt) / 1000);
    },
    listStatusLists: () => [...lists.values()],

    /** Forgets lists of days gone by. */
    dropOldLists(): void {
      const wanted = new Set(listWanted().map(({ name }) => name));
      if (wanted.size === 0) return;
      const known = listCopyNames(db).filter((name) => name.startsWith('status-list '));
      for (const name of known.filter((name) => !wanted.has(name))) {
        dropCopy(db, name);
        lists.delete(name);
      }
    },
  };
}

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
  const load = async (name: string, take: (content: string) => void | Promise<void>) => {
    try {
      const content = findCopy(db, name);
      if (content !== undefined) await take(content);
    } catch (error) {
      log.error({ copy: name, why: (error as Error).message }, 'a kept copy is not usable; fetching it anew');
    }
  };
  await load(copyNames.enrolment, knowledge.takeEnrolment);
  await load(copyNames.configuration, knowledge.takeConfiguration);
  await load(copyNames.bundle, knowledge.takeTrustBundle);
  for (const wanted of knowledge.listWanted()) {
    await load(wanted.name, (content) => knowledge.takeStatusList(wanted, content));
  }
  return knowledge;
}
