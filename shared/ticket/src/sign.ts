/** Makes tickets: S and the certificate of D by the issuer, the proof of D by the phone. */
import { encodeBase45 } from './base45.ts';
import { readCertificate } from './decode.ts';
import { jwsHeaders, jwsPrefix, proofSigningInput, signingInput } from './jws.ts';
import { lengths, offsets, profileBytes, ticketPrefix, writeHex, writeUint } from './layout.ts';
import type { Signatures } from './signatures.ts';
import {
  ticketKid,
  type CardClaims,
  type CertificateClaims,
  type SignBytes,
  type SingleClaims,
} from './ticket.ts';
import { webSignatures } from './web-signatures.ts';

/** Signs an S ticket and returns its text. Throws RangeError for claims that do not fit their fields. */
export async function signSingleTicket(claims: SingleClaims, sign: SignBytes): Promise<string> {
  const payload = new Uint8Array(lengths.singlePayload);
  writeCardClaims(payload, profileBytes.single, claims);
  writeUint(payload, { at: offsets.singleSlot, length: 4, name: 'slot' }, claims.slot);
  const input = signingInput(jwsPrefix(jwsHeaders.single(ticketKid(claims))), payload);
  return toText(payload, await signatureOf(input, sign));
}

/** Signs the issuer's half of a D ticket: 125 bytes for the phone to keep. Throws RangeError like `signSingleTicket`. */
export async function signCertificate(
  claims: CertificateClaims,
  sign: SignBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const payload = new Uint8Array(lengths.certificatePayload);
  writeCardClaims(payload, profileBytes.device, claims);
  writeUint(payload, { at: offsets.notBefore, length: 4, name: 'notBefore' }, claims.notBefore);
  writeUint(payload, { at: offsets.validMinutes, length: 2, name: 'validMinutes' }, claims.validMinutes);
  if (claims.deviceKey.length !== lengths.deviceKey) throw new RangeError('deviceKey must be 33 bytes');
  payload.set(claims.deviceKey, offsets.deviceKey);
  const input = signingInput(jwsPrefix(jwsHeaders.certificate(ticketKid(claims))), payload);
  return joinBytes(payload, await signatureOf(input, sign));
}

/** What the phone adds to its certificate. */
export interface ProofInput {
  /** The 125 bytes from the issuer. */
  certificate: Uint8Array<ArrayBuffer>;
  /** The slot now, by the issuer's time. */
  slot: number;
  /** See `clockAgeOf`. */
  clockAge: number;
  /** 16 hex digits that the gate displays, or null where it displays none. */
  challenge: string | null;
}

/** Signs the phone's half with its own key and returns the whole D ticket's text. Needs no network. */
export async function signDeviceTicket(
  proof: ProofInput,
  sign: SignBytes,
  sha256: Signatures['sha256'] = webSignatures.sha256,
): Promise<string> {
  readCertificate(proof.certificate);
  const challengeLength = proof.challenge === null ? 0 : lengths.challenge;
  const fields = new Uint8Array(lengths.proofFields + challengeLength);
  writeUint(fields, { at: 0, length: 4, name: 'slot' }, proof.slot);
  writeUint(fields, { at: 4, length: 1, name: 'clockAge' }, proof.clockAge);
  if (proof.challenge !== null) {
    writeHex(
      fields,
      { at: lengths.proofFields, length: challengeLength, name: 'challenge' },
      proof.challenge,
    );
  }
  const digest = await sha256(proof.certificate);
  const signature = await signatureOf(proofSigningInput(fields, digest), sign);
  return toText(proof.certificate, fields, signature);
}

/**
 * How long ago the phone last set its clock by the issuer, in the ticket's one byte:
 * 0 for unknown (null), else ⌈log2(whole seconds + 1)⌉ + 1. A time in the future is unknown too.
 */
export function clockAgeOf(seconds: number | null): number {
  if (seconds === null || !(seconds >= 0)) return 0;
  return Math.min(255, Math.ceil(Math.log2(Math.floor(seconds) + 1)) + 1);
}

function writeCardClaims(bytes: Uint8Array, profile: number, claims: CardClaims): void {
  bytes[offsets.profile] = profile;
  writeUint(bytes, { at: offsets.issuer, length: 2, name: 'issuer' }, claims.issuer);
  writeUint(bytes, { at: offsets.keyNo, length: 2, name: 'keyNo' }, claims.keyNo);
  writeHex(bytes, { at: offsets.cardRef, length: 8, name: 'cardRef' }, claims.cardRef);
  writeUint(bytes, { at: offsets.statusIdx, length: 4, name: 'statusIdx' }, claims.statusIdx);
  writeUint(bytes, { at: offsets.concession, length: 1, name: 'concession' }, claims.concession);
  writeUint(bytes, { at: offsets.product, length: 2, name: 'product' }, claims.product);
  writeUint(bytes, { at: offsets.scope, length: 2, name: 'scope' }, claims.scope);
}

async function signatureOf(input: Uint8Array<ArrayBuffer>, sign: SignBytes): Promise<Uint8Array> {
  const signature = await sign(input);
  if (signature.length !== lengths.signature) throw new RangeError('a signature must be 64 bytes');
  return signature;
}

const toText = (...parts: Uint8Array[]): string => ticketPrefix + encodeBase45(joinBytes(...parts));

function joinBytes(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
