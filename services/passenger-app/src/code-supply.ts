/** What a card's codes are made from: certificates for this phone's key, or tickets that the issuer signed ahead. */
import {
  clockAgeOf,
  readCertificate,
  signDeviceTicket,
  slotAt,
  slotStart,
  webDeviceSigner,
} from '@vedong/ticket';

/** A certificate and the time in which it counts, in unix seconds, the end excluded. */
export interface KeptCertificate {
  bytes: Uint8Array<ArrayBuffer>;
  startsAt: number;
  endsAt: number;
}

interface SupplyTimes {
  /** Unix seconds of the issuer's time. */
  fetchedAt: number;
  /** From when on there is no code, in unix seconds. */
  endsAt: number;
}

/** Profile D: the phone signs each code itself. */
export interface DeviceSupply extends SupplyTimes {
  profile: 'D';
  /** Not extractable. */
  privateKey: CryptoKey;
  certificates: KeptCertificate[];
}

/** Profile S: ready tickets, one a slot. */
export interface ReadySupply extends SupplyTimes {
  profile: 'S';
  tickets: { slot: number; ticket: string }[];
}

export type CodeSupply = DeviceSupply | ReadySupply;

/** Throws TicketFormatError where the issuer sent something that is no certificate. */
export function keepCertificates(
  privateKey: CryptoKey,
  certificates: readonly Uint8Array<ArrayBuffer>[],
  fetchedAt: number,
): DeviceSupply {
  const kept = certificates.map((bytes) => {
    const { notBefore, validMinutes } = readCertificate(bytes);
    const startsAt = slotStart(notBefore);
    return { bytes, startsAt, endsAt: startsAt + validMinutes * 60 };
  });
  const endsAt = Math.max(fetchedAt, ...kept.map((certificate) => certificate.endsAt));
  return { profile: 'D', privateKey, certificates: kept, fetchedAt, endsAt };
}

export function keepTickets(tickets: ReadySupply['tickets'], fetchedAt: number): ReadySupply {
  const endsAt = Math.max(fetchedAt, ...tickets.map(({ slot }) => slotStart(slot + 1)));
  return { profile: 'S', tickets, fetchedAt, endsAt };
}

/** Half used is when to fetch more: early enough to have all the second half for trying. */
export const isHalfUsed = (supply: CodeSupply, nowSeconds: number): boolean =>
  nowSeconds >= (supply.fetchedAt + supply.endsAt) / 2;

/** A gate whose clock is a little behind takes a new day's certificate only this much later. */
const gateBehindSeconds = 60;

/**
 * The certificate to sign with now: of two service days that overlap the later one, once every gate takes it, except
 * for a ride that began while only the earlier one counted, which has to end under the pseudonym it began with.
 */
export function certificateAt(
  certificates: readonly KeptCertificate[],
  nowSeconds: number,
  rideBeganAt: number | null,
): KeptCertificate | undefined {
  const slotBegan = slotStart(slotAt(nowSeconds));
  const usable = certificates
    .filter(({ startsAt, endsAt }) => startsAt <= slotBegan && nowSeconds < endsAt)
    .sort((a, b) => b.startsAt - a.startsAt);
  const sure = usable.find(({ startsAt }) => startsAt + gateBehindSeconds <= nowSeconds);
  if (rideBeganAt === null) return sure ?? usable[0];
  return usable.find(({ startsAt }) => startsAt <= rideBeganAt) ?? usable.at(-1);
}

export interface CodeMoment {
  /** Unix seconds of the issuer's time. */
  nowSeconds: number;
  clockAgeSeconds: number | null;
  /** When the ride began that is not over yet, unix seconds. */
  rideBeganAt: number | null;
  /** Of a gate that asks for its own code, 16 hex digits; only profile D can answer. */
  challenge?: string | null;
}

/** The text of the code for now, or undefined where the supply has none. */
export async function codeAt(supply: CodeSupply, moment: CodeMoment): Promise<string | undefined> {
  const slot = slotAt(moment.nowSeconds);
  if (supply.profile === 'S') return supply.tickets.find((ready) => ready.slot === slot)?.ticket;
  const certificate = certificateAt(supply.certificates, moment.nowSeconds, moment.rideBeganAt);
  if (certificate === undefined) return undefined;
  const clockAge = clockAgeOf(moment.clockAgeSeconds);
  const proof = { certificate: certificate.bytes, slot, clockAge, challenge: moment.challenge ?? null };
  return signDeviceTicket(proof, webDeviceSigner(supply.privateKey));
}
