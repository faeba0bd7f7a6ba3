/** A gate of the tests: it knows only the pinned root key and what it fetches from the issuer. */
import {
  createKeySet,
  slotStart,
  statusListUriFor,
  verifyStatusList,
  verifyTicket,
  verifyTrustBundle,
  type PublishedStatusList,
  type VerifyResult,
} from '@vedong/ticket';
import { nodeSignatures } from '@vedong/ticket/node';
import { hanoiCalendar, serviceDayAt } from '@vedong/travel';
import type { IssuerUnderTest } from './issuer-under-test.ts';

export const readTrust = async (issuer: IssuerUnderTest, minimumVersion = 1) =>
  verifyTrustBundle(await issuer.anyone('GET /v1/trust-bundle'), issuer.rootJwk, {
    nowSeconds: issuer.clock.nowMilliseconds() / 1000,
    minimumVersion,
  });

export async function readStatusList(
  issuer: IssuerUnderTest,
  serviceDay: string,
): Promise<PublishedStatusList> {
  const trust = await readTrust(issuer);
  return verifyStatusList(
    await issuer.anyone('GET /v1/status-lists/{serviceDay}', { params: { serviceDay } }),
    {
      keys: createKeySet(trust),
      issuer: 1,
      sub: statusListUriFor(trust.issuers[0]!, serviceDay),
      nowSeconds: issuer.clock.nowMilliseconds() / 1000,
      minimumVersion: 1,
    },
  );
}

/** What a gate says to a ticket at the issuer's time, with the newest bundle and lists. */
export async function present(issuer: IssuerUnderTest, ticket: string): Promise<VerifyResult> {
  const nowSeconds = issuer.clock.nowMilliseconds() / 1000;
  const today = serviceDayAt(nowSeconds, hanoiCalendar);
  const days = [today, serviceDayAt(nowSeconds - 86_400, hanoiCalendar)];
  const lists = new Map<string, PublishedStatusList>();
  for (const day of days) lists.set(day, await readStatusList(issuer, day));
  return verifyTicket(ticket, {
    nowSeconds,
    keys: createKeySet(await readTrust(issuer)),
    challenge: null,
    statusListFor: (firstSlot) => lists.get(serviceDayAt(slotStart(firstSlot), hanoiCalendar))?.list,
    signatures: nodeSignatures,
  });
}
