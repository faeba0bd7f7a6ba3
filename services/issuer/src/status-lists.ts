/** Signed status lists, one a service day, and the deltas between their versions; each signed once for all who ask. */
import { nowSeconds } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import {
  buildStatusList,
  signStatusChanges,
  signStatusList,
  statuses,
  statusListUriFor,
  type StatusListFacts,
  type TrustBundle,
} from '@vedong/ticket';
import { addServiceDays, serviceDayAt, type ServiceDay } from '@vedong/travel';
import { getDayStatus, getStatusVersion } from './db/card-days.ts';
import { getDayChanges } from './db/status-changes.ts';
import type { Issuer } from './issuer.ts';
import type { TicketSigner } from './trust.ts';

/** How long a gate without pushed changes may keep a list before it asks again. */
export const statusListTtlSeconds = 15;
/** A gate without a network goes on with its last list; its own policy says for how long after this. */
const lifetimeSeconds = 24 * 3600;
/** A list without changes is signed anew this often. */
const resignSeconds = 3600;
/** Of more changes than this the full list is the shorter text. */
const changesMost = 100_000;
/** Deltas kept for others who ask for the same. */
const deltasMost = 1000;

export interface SignedList {
  token: string;
  etag: string;
}

export interface StatusLists {
  /** Days whose tickets some gate may take now. */
  listDays(): ServiceDay[];
  /** Throws `status_list_not_found`. */
  getList(serviceDay: ServiceDay): Promise<SignedList>;
  /** The way from version `from` to the present one. Throws `status_list_not_found`, `no_newer_version` or `changes_gone`. */
  getDelta(serviceDay: ServiceDay, from: number): Promise<string>;
}

type Parts = Pick<Issuer, 'db' | 'clock' | 'trust' | 'config'>;

export function createStatusLists(issuer: Parts): StatusLists {
  const lists = new Map<ServiceDay, { etag: string; list: Promise<SignedList> }>();
  const deltas = new Map<string, Promise<string>>();

  function requirePublished(serviceDay: ServiceDay): void {
    const days = publishedDays(issuer);
    for (const day of lists.keys()) if (!days.includes(day)) lists.delete(day);
    if (days.includes(serviceDay)) return;
    throw new ServiceError(404, 'status_list_not_found', {
      detail: `There are lists for ${days.join(', ')}.`,
    });
  }

  return {
    listDays: () => publishedDays(issuer),
    async getList(serviceDay) {
      requirePublished(serviceDay);
      const signing = await getSigning(issuer);
      const etag = etagOf(await getStatusVersion(issuer.db), signing);
      const known = lists.get(serviceDay);
      if (known?.etag === etag) return known.list;
      const list = signList(issuer, signing, serviceDay);
      lists.set(serviceDay, { etag, list });
      forgetFailure(lists, serviceDay, list);
      return list;
    },
    async getDelta(serviceDay, from) {
      requirePublished(serviceDay);
      const signing = await getSigning(issuer);
      const version = await getStatusVersion(issuer.db);
      if (from >= version) {
        throw new ServiceError(404, 'no_newer_version', { detail: `The list is at version ${version}.` });
      }
      const key = `${serviceDay} ${from} ${etagOf(version, signing)}`;
      const known = deltas.get(key);
      if (known) return known;
      if (deltas.size >= deltasMost) deltas.clear();
      const delta = signDelta(issuer, signing, { serviceDay, from });
      deltas.set(key, delta);
      forgetFailure(deltas, key, delta);
      return delta;
    },
  };
}

/** What failed is not kept: the next caller tries again. */
function forgetFailure<T>(kept: Map<string, T>, key: string, work: Promise<unknown>): void {
  work.catch(() => kept.delete(key));
}

/** What a list depends on beside its entries. */
interface Signing {
  signer: TicketSigner;
  bundle: TrustBundle;
  iat: number;
}

async function getSigning({ clock, trust }: Pick<Issuer, 'clock' | 'trust'>): Promise<Signing> {
  const [signer, { bundle }] = await Promise.all([trust.getSigner(), trust.getPublished()]);
  return { signer, bundle, iat: nowSeconds(clock) };
}

/** Yesterday's tickets end hours into today; phones hold certificates for the days ahead. */
function publishedDays({ clock, config }: Pick<Issuer, 'clock' | 'config'>): ServiceDay[] {
  const today = serviceDayAt(nowSeconds(clock), config.calendar);
  return Array.from({ length: config.certificateDaysAhead + 2 }, (_, index) =>
    addServiceDays(today, index - 1),
  );
}

async function signList(
  { db, config }: Pick<Issuer, 'db' | 'config'>,
  signing: Signing,
  serviceDay: ServiceDay,
): Promise<SignedList> {
  const { version, usedSize, suspended } = await getDayStatus(db, serviceDay);
  const list = buildStatusList(
    sizeOf(config, usedSize),
    suspended.map((index) => [index, statuses.suspended] as const),
  );
  const facts = factsOf(config, signing, { serviceDay, version });
  return { token: await signStatusList({ ...facts, list }, signing.signer), etag: etagOf(version, signing) };
}

async function signDelta(
  { db, config }: Pick<Issuer, 'db' | 'config'>,
  signing: Signing,
  { serviceDay, from }: { serviceDay: ServiceDay; from: number },
): Promise<string> {
  const day = await getDayChanges(db, { serviceDay, from, most: changesMost });
  if (!day.isComplete || day.changes.length > changesMost) {
    throw new ServiceError(410, 'changes_gone', {
      detail: 'Too much has changed since. Fetch the list itself.',
    });
  }
  const changes = day.changes.map(
    ({ index, isBlocked }) => [index, isBlocked ? statuses.suspended : statuses.valid] as const,
  );
  const facts = factsOf(config, signing, { serviceDay, version: day.version });
  const size = sizeOf(config, day.usedSize);
  return signStatusChanges({ ...facts, fromVersion: from, size, changes }, signing.signer);
}

/** Entries come four to a byte. Where the capacity was lowered: an index beyond the list would count as revoked. */
const sizeOf = ({ statusListCapacity }: Issuer['config'], usedSize: number): number =>
  Math.ceil(Math.max(statusListCapacity, usedSize) / 4) * 4;

function factsOf(
  { issuerNumber }: Issuer['config'],
  { bundle, iat }: Signing,
  { serviceDay, version }: { serviceDay: ServiceDay; version: number },
): StatusListFacts {
  const self = bundle.issuers.find(({ issuer }) => issuer === issuerNumber);
  if (!self) throw new Error('the published bundle does not name this issuer');
  const sub = statusListUriFor(self, serviceDay);
  return { sub, version, iat, exp: iat + lifetimeSeconds, ttl: statusListTtlSeconds };
}

/** Weak: two processes sign the same entries a moment apart, and a gate needs only one of the two. */
const etagOf = (version: number, { signer, bundle, iat }: Signing): string =>
  `W/"${version}-${bundle.version}-${signer.kid}-${Math.floor(iat / resignSeconds)}"`;
