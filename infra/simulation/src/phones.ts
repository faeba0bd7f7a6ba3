/** Riders' phones and the cards on them: tickets for a slot, honest ones and forged ones. */
import { generateKeyPairSync } from 'node:crypto';
import {
  compressDeviceKey,
  signCertificate,
  signDeviceTicket,
  signSingleTicket,
  slotAt,
  slotStart,
  type SignBytes,
} from '@vedong/ticket';
import { es256Signer } from '@vedong/ticket/node';
import { rememberDays } from '@vedong/operator/judge-record';
import { addServiceDays, serviceDayAt, serviceDayStart, type ServiceDay } from '@vedong/travel';
import { cheapSignatures, cheapSigner } from './cheap-signatures.ts';
import { calendar } from './city.ts';
import { uuidAt, type Random } from './random.ts';
import { issuerKeys, issuerNumber, realIssuerSigner, strangerKey, type TrustOffice } from './trust-office.ts';

export interface Card {
  cardId: string;
  statusIdx: number;
  concession: number;
  profile: 'S' | 'D';
  product: number;
  /** The pseudonym of each service day. */
  refs: ReadonlyMap<ServiceDay, string>;
  phone: Phone;
  certificates: Map<string, Promise<Uint8Array<ArrayBuffer>>>;
}

interface Phone {
  deviceKey: Uint8Array;
  sign: SignBytes;
}

/** A ticket as shown, with what the world knows of it and no gate does. */
export interface Code {
  text: string;
  card: Card;
  cardRef: string;
  slot: number;
  serviceDay: ServiceDay;
  keyNo: number;
  /** Of the gate that it answers, where it answers one. */
  challenge: string | null;
  /** Null for a good one; otherwise the reason a gate must give. */
  flaw: 'bad_signature' | 'unknown_key' | 'unknown_issuer' | 'malformed' | 'not_covered' | null;
}

/** What a code is to be, beside good and of now. */
export interface Wanted {
  flaw?: Code['flaw'];
  rideDay?: ServiceDay | undefined;
  challenge?: string | null;
}

const strangerSigner = cheapSigner(strangerKey.publicKey);

/** Past its day, a certificate lasts two hours more. */
const graceMinutes = 120;
const gateBehindSeconds = 30;

let realPhones: Phone[] | undefined;
/** A few phones with real keys, made once; nothing in a run depends on which. */
function realPhone(random: Random): Phone {
  realPhones ??= Array.from({ length: 8 }, () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      deviceKey: compressDeviceKey(publicKey.export({ format: 'jwk' })),
      sign: es256Signer(privateKey),
    };
  });
  return random.pick(realPhones);
}

function cheapPhone(random: Random): Phone {
  const deviceKey = Buffer.from(`02${random.hex(64)}`, 'hex');
  return { deviceKey, sign: cheapSigner(deviceKey) };
}

export function createPhones(
  random: Random,
  office: TrustOffice,
  { startsAtSeconds, areSignaturesReal }: { startsAtSeconds: number; areSignaturesReal: boolean },
) {
  const today = serviceDayAt(startsAtSeconds, calendar);
  const days = [-1, 0, 1].map((distance) => addServiceDays(today, distance));
  const issuerSigner = (key: number): SignBytes =>
    areSignaturesReal ? realIssuerSigner(key) : cheapSigner(issuerKeys[key]!.publicKey);

  function makeCard(statusIdx: number): Card {
    return {
      cardId: uuidAt(random, startsAtSeconds * 1000),
      statusIdx,
      concession: random.pick([0, 0, 0, 1, 2]),
      profile: random.chance(0.75) ? 'D' : 'S',
      product: random.chance(0.05) ? 11 : 0,
      refs: new Map(days.map((day) => [day, random.hex(16)])),
      phone: areSignaturesReal ? realPhone(random) : cheapPhone(random),
      certificates: new Map(),
    };
  }

  const dayOf = rememberDays(calendar);
  const firstSlots = new Map(days.map((day) => [day, slotAt(serviceDayStart(day, calendar))]));

  /** A certificate of a new day is shown once gates whose clocks are a little behind know that day too. */
  const dayShown = ({ profile }: Card, slot: number): ServiceDay =>
    dayOf((slotStart(slot) - (profile === 'D' ? gateBehindSeconds : 0)) * 1000);

  /**
   * `rideDay`: of the ride under way, whose certificate a phone goes on showing until it is over. `challenge`: what the
   * phone read at a gate; only one of profile D can answer it.
   */
  async function makeCode(
    card: Card,
    slot: number,
    { flaw = null, rideDay, challenge: read = null }: Wanted = {},
  ): Promise<Code> {
    const key = office.signingKey();
    const challenge = card.profile === 'D' ? read : null;
    const serviceDay = (card.profile === 'D' ? rideDay : undefined) ?? dayShown(card, slot);
    const cardRef = card.refs.get(serviceDay) ?? [...card.refs.values()][0]!;
    const claims = {
      issuer: flaw === 'unknown_issuer' ? 9 : issuerNumber,
      keyNo: flaw === 'unknown_key' ? 77 : key + 1,
      cardRef,
      statusIdx: card.statusIdx,
      concession: card.concession,
      product: flaw === 'not_covered' ? 99 : card.product,
      scope: 0,
    };
    const sign = flaw === 'bad_signature' ? strangerSigner : issuerSigner(key);
    const text = await (card.profile === 'S'
      ? signSingleTicket({ ...claims, slot }, sign)
      : signDeviceTicket(
          {
            certificate: await certificateOf(card, serviceDay, claims, sign),
            slot,
            clockAge: 5,
            challenge,
          },
          card.phone.sign,
          cheapSignatures.sha256,
        ));
    const shown = flaw === 'malformed' ? text.slice(0, random.between(0, text.length - 1)) : text;
    return { text: shown, card, cardRef, slot, serviceDay, keyNo: claims.keyNo, challenge, flaw };
  }

  function certificateOf(
    card: Card,
    serviceDay: ServiceDay,
    claims: Omit<Parameters<typeof signCertificate>[0], 'notBefore' | 'validMinutes' | 'deviceKey'>,
    sign: SignBytes,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const name = `${serviceDay} ${claims.issuer} ${claims.keyNo} ${claims.product} ${sign === strangerSigner}`;
    const known = card.certificates.get(name);
    if (known) return known;
    const notBefore = firstSlots.get(serviceDay) ?? 0;
    const { deviceKey } = card.phone;
    const certificate = signCertificate(
      { ...claims, notBefore, validMinutes: 24 * 60 + graceMinutes, deviceKey },
      sign,
    );
    card.certificates.set(name, certificate);
    return certificate;
  }

  return { makeCard, makeCode, days };
}
export type Phones = ReturnType<typeof createPhones>;
