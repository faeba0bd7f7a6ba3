/** S7 of the targets: which version of QR code, level M, issued tickets take, and the same claims as a plain JWT. */
import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import type { CardClaims } from '@vedong/ticket';
import { deviceTicket, jwtOfSameClaims, randomCard, singleTicket } from './tickets.ts';

const count = 2_000;

/** Every QR version that occurred, in rising order. */
export interface QrVersions {
  single: number[];
  device: number[];
  deviceWithChallenge: number[];
  jwt: number[];
}

/** Makes tickets of random cards, and of those with every field at its least and at its greatest. */
export async function measureQrVersions(): Promise<QrVersions> {
  const cards = [leastCard, greatestCard, ...Array.from({ length: count }, randomCard)];
  const challenge = (): string => randomBytes(8).toString('hex');
  return {
    single: await versionsOf(cards, singleTicket),
    device: await versionsOf(cards, (card) => deviceTicket(card)),
    deviceWithChallenge: await versionsOf(cards, (card) => deviceTicket(card, challenge())),
    jwt: await versionsOf(cards, jwtOfSameClaims),
  };
}

const leastCard: CardClaims = {
  issuer: 0,
  keyNo: 0,
  cardRef: '0000000000000000',
  statusIdx: 0,
  concession: 0,
  product: 0,
  scope: 0,
};

const greatestCard: CardClaims = {
  issuer: 0xffff,
  keyNo: 0xffff,
  cardRef: 'ffffffffffffffff',
  statusIdx: 0xffffffff,
  concession: 255,
  product: 0xffff,
  scope: 0xffff,
};

async function versionsOf(
  cards: readonly CardClaims[],
  make: (card: CardClaims) => Promise<string>,
): Promise<number[]> {
  const versions = new Set<number>();
  for (const card of cards) {
    // The mask does not change the version, and choosing the best one is what takes the time.
    versions.add(QRCode.create(await make(card), { errorCorrectionLevel: 'M', maskPattern: 0 }).version);
  }
  return [...versions].sort((a, b) => a - b);
}
