/** Tickets for the vectors, from fixed keys, and the ways in which somebody without the keys could change them. */
import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  compressDeviceKey,
  decodeBase45,
  encodeBase45,
  signCertificate,
  signDeviceTicket,
  signSingleTicket,
  type CardClaims,
} from '@vedong/ticket';
import { ed25519Signer, es256Signer } from '@vedong/ticket/node';

/** The first second of slot 120,000,000: 2027-01-15, 15:00 in Hanoi. */
export const now = 1_800_000_000;
export const slot = now / 15;

const seedOf = (name: string): Buffer => createHash('sha256').update(`vedong test vectors: ${name}`).digest();

export const issuerKey = (kid: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seedOf(kid)]),
    format: 'der',
    type: 'pkcs8',
  });

export function phoneKey(name: string): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(seedOf(name));
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', x: x!, y: y!, d: seedOf(name).toString('base64url') },
    format: 'jwk',
  });
}

const phone = phoneKey('phone');
export const deviceKey = compressDeviceKey(createPublicKey(phone).export({ format: 'jwk' }));

const card: CardClaims = {
  issuer: 1,
  keyNo: 1,
  cardRef: '0123456789abcdef',
  statusIdx: 0,
  concession: 1,
  product: 30,
  scope: 2,
};

export interface Made {
  text: string;
  claims: object;
}

interface SingleChanges extends Partial<CardClaims> {
  slot?: number;
  signedBy?: string;
}

export async function single({ signedBy, ...changes }: SingleChanges = {}): Promise<Made> {
  const claims = { ...card, slot, ...changes };
  const key = issuerKey(signedBy ?? `${claims.issuer}.${claims.keyNo}`);
  return { text: await signSingleTicket(claims, ed25519Signer(key)), claims: { ...claims, profile: 'S' } };
}

interface DeviceChanges extends Partial<CardClaims> {
  notBefore?: number;
  validMinutes?: number;
  deviceKey?: Uint8Array<ArrayBuffer>;
  slot?: number;
  clockAge?: number;
  challenge?: string | null;
  phone?: KeyObject;
}

export async function device({ phone: signingPhone = phone, ...changes }: DeviceChanges = {}): Promise<Made> {
  const {
    slot: proofSlot,
    clockAge,
    challenge: answered,
    ...certified
  } = {
    ...card,
    notBefore: slot - 40,
    validMinutes: 60,
    deviceKey,
    slot,
    clockAge: 7,
    challenge: null,
    ...changes,
  };
  const certificate = await signCertificate(
    certified,
    ed25519Signer(issuerKey(`${certified.issuer}.${certified.keyNo}`)),
  );
  const proof = { slot: proofSlot, clockAge, challenge: answered };
  const hex = Buffer.from(certified.deviceKey).toString('hex');
  return {
    text: await signDeviceTicket({ certificate, ...proof }, es256Signer(signingPhone)),
    claims: { ...certified, ...proof, deviceKey: hex, profile: 'D' },
  };
}

/** The same ticket with its bytes changed, as somebody without the keys could. */
export function tampered(made: Made, change: (bytes: Uint8Array) => Uint8Array | void): Made {
  const bytes = decodeBase45(made.text.slice(4));
  return { ...made, text: `VD1:${encodeBase45(change(bytes) ?? bytes)}` };
}

export const flip = (at: number) => (bytes: Uint8Array) => {
  bytes.set([bytes.at(at)! ^ 1], at < 0 ? bytes.length + at : at);
};

export const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ed25519Order = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/** Replaces the s of the last 64 bytes by another number. */
export const withS = (change: (s: bigint) => bigint) => (bytes: Uint8Array) => {
  const s = change(BigInt(`0x${Buffer.from(bytes.subarray(-32)).toString('hex')}`));
  bytes.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex'), bytes.length - 32);
};

/** Adds the group order to the little-endian S of an Ed25519 signature at the end. */
export const withSPlusOrder = (bytes: Uint8Array): void => {
  const s = BigInt(`0x${Buffer.from(bytes.slice(-32).reverse()).toString('hex')}`) + ed25519Order;
  bytes.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse(), bytes.length - 32);
};
