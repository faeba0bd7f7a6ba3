/** Profile D: certificates for a phone's key, for today and the days ahead. */
import { instantOf } from '@vedong/runtime/clock';
import { signCertificate, slotAt, slotStart } from '@vedong/ticket';
import { addServiceDays, serviceDayAt, serviceDayStart, type ServiceDay } from '@vedong/travel';
import { ensureCardDays } from './card-days.ts';
import { getUsableCard } from './cards.ts';
import { concessionClassOn } from './concessions.ts';
import { certificateGraceSeconds, type ServiceConfig } from './config.ts';
import { rememberDevice } from './db/cards.ts';
import { readDeviceProof } from './device-proof.ts';
import type { Issuer } from './issuer.ts';
import { ticketClaims } from './ticket-claims.ts';
import { requireMayRide } from './wallet.ts';

export interface IssuedCertificate {
  serviceDay: ServiceDay;
  /** base64url of 125 bytes. */
  certificate: string;
  validFrom: string;
  validUntil: string;
}

/** Gates and phones whose clocks are a little behind take today's certificate at once. */
const slotsBeforeNow = 4;

/** One certificate a service day. Throws `card_not_found`, `card_blocked`, `wallet_below_zero`, `bad_device_proof`. */
export async function issueCertificates(
  { db, clock, config, trust }: Issuer,
  { riderId, cardId }: { riderId: string; cardId: string },
  proof: string,
): Promise<{ nowMilliseconds: number; certificates: IssuedCertificate[] }> {
  const nowMilliseconds = clock.nowMilliseconds();
  const nowSeconds = Math.floor(nowMilliseconds / 1000);
  const card = await getUsableCard(db, riderId, cardId);
  await requireMayRide(db, riderId);
  const deviceKey = await readDeviceProof(proof, { cardId, nowSeconds });
  const signer = await trust.getSigner();
  const validities = listValidities(nowSeconds, config);
  const cardDays = await ensureCardDays(db, {
    cardId,
    days: validities.map(({ serviceDay }) => serviceDay),
    capacity: config.statusListCapacity,
  });
  await rememberDevice(db, cardId, Buffer.from(deviceKey));
  const certificates = await Promise.all(
    validities.map(async ({ serviceDay, notBefore, validMinutes }) => {
      const concession = concessionClassOn(card, serviceDay);
      const claims = ticketClaims(config.issuerNumber, signer, { ...cardDays.get(serviceDay)!, concession });
      const certificate = await signCertificate(
        { ...claims, notBefore, validMinutes, deviceKey },
        signer.sign,
      );
      const validFrom = slotStart(notBefore);
      return {
        serviceDay,
        certificate: Buffer.from(certificate).toString('base64url'),
        validFrom: instantOf(validFrom * 1000),
        validUntil: instantOf((validFrom + validMinutes * 60) * 1000),
      };
    }),
  );
  return { nowMilliseconds, certificates };
}

/**
 * From the start of the service day, for today from a few slots before now but never before the day,
 * to two hours after the day (ticket format, "Service day").
 */
export function listValidities(
  nowSeconds: number,
  { calendar, certificateDaysAhead }: Pick<ServiceConfig, 'calendar' | 'certificateDaysAhead'>,
): { serviceDay: ServiceDay; notBefore: number; validMinutes: number }[] {
  const today = serviceDayAt(nowSeconds, calendar);
  return Array.from({ length: certificateDaysAhead + 1 }, (_, ahead) => {
    const serviceDay = addServiceDays(today, ahead);
    const firstSlot = slotAt(serviceDayStart(serviceDay, calendar));
    const notBefore = ahead === 0 ? Math.max(firstSlot, slotAt(nowSeconds) - slotsBeforeNow) : firstSlot;
    const end = serviceDayStart(addServiceDays(serviceDay, 1), calendar) + certificateGraceSeconds;
    return { serviceDay, notBefore, validMinutes: Math.floor((end - slotStart(notBefore)) / 60) };
  });
}
