/** Signed status lists, one a service day, kept until a card is blocked or unblocked anywhere. */
import { nowSeconds } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import {
  buildStatusList,
  signStatusList,
  statuses,
  statusListUriFor,
  type TrustBundle,
} from '@vedong/ticket';
import { addServiceDays, serviceDayAt, type ServiceDay } from '@vedong/travel';
import { getDayStatus, getStatusVersion } from './db/card-days.ts';
import type { Issuer } from './issuer.ts';
import type { TicketSigner } from './trust.ts';

/** How long a gate may keep a list before it asks again: a block reaches gates this much later. */
export const statusListTtlSeconds = 15;
/** A gate without a network goes on with its last list; its own policy says for how long after this. */
const lifetimeSeconds = 24 * 3600;
/** A list without changes is signed anew this often. */
const resignSeconds = 3600;

export interface SignedList {
  token: string;
  etag: string;
}

export type StatusLists = (serviceDay: ServiceDay) => Promise<SignedList>;

/** Throws `status_list_not_found` for days whose tickets no gate would take now. */
export function createStatusLists(issuer: Pick<Issuer, 'db' | 'clock' | 'trust' | 'config'>): StatusLists {
  const kept = new Map<ServiceDay, SignedList>();
  return async (serviceDay) => {
    const days = publishedDays(issuer);
    for (const day of kept.keys()) if (!days.includes(day)) kept.delete(day);
    if (!days.includes(serviceDay)) {
      throw new ServiceError(404, 'status_list_not_found', {
        detail: `There are lists for ${days.join(', ')}.`,
      });
    }
    const signing = await getSigning(issuer);
    const etag = etagOf(await getStatusVersion(issuer.db), signing);
    const known = kept.get(serviceDay);
    if (known?.etag === etag) return known;
    const list = await signList(issuer, signing, serviceDay);
    kept.set(serviceDay, list);
    return list;
  };
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
  const { signer, bundle, iat } = signing;
  const self = bundle.issuers.find(({ issuer }) => issuer === config.issuerNumber);
  if (!self) throw new Error('the published bundle does not name this issuer');
  const { version, usedSize, suspended } = await getDayStatus(db, serviceDay);
  const token = await signStatusList(
    {
      sub: statusListUriFor(self, serviceDay),
      version,
      iat,
      exp: iat + lifetimeSeconds,
      ttl: statusListTtlSeconds,
      list: buildStatusList(
        // Where the capacity was lowered: an index beyond the list would count as revoked.
        Math.max(config.statusListCapacity, usedSize),
        suspended.map((index) => [index, statuses.suspended] as const),
      ),
    },
    signer,
  );
  return { token, etag: etagOf(version, signing) };
}

/** Weak: two processes sign the same entries a moment apart, and a gate needs only one of the two. */
const etagOf = (version: number, { signer, bundle, iat }: Signing): string =>
  `W/"${version}-${bundle.version}-${signer.kid}-${Math.floor(iat / resignSeconds)}"`;
