/** Reads a ticket's text strictly; nothing of it is to be believed before its signatures are checked. */
import { decodeBase45 } from './base45.ts';
import { TicketFormatError } from './format-error.ts';
import {
  lengths,
  maxTicketTextLength,
  offsets,
  profileBytes,
  readHex,
  readUint16,
  readUint32,
  ticketPrefix,
} from './layout.ts';
import type { CardClaims, CertificateClaims, DecodedTicket, DeviceTicket, SingleTicket } from './ticket.ts';

/**
 * Reads the text of a ticket, line end already removed.
 * Throws TicketFormatError, and nothing else, for any text that is not exactly one VD1 ticket.
 */
export function decodeTicket(text: string): DecodedTicket {
  if (text.length > maxTicketTextLength) throw new TicketFormatError('longer than any ticket');
  if (!text.startsWith(ticketPrefix)) throw new TicketFormatError('does not begin with VD1:');
  const bytes = decodeBase45(text, ticketPrefix.length);
  switch (bytes[offsets.profile]) {
    case profileBytes.single:
      return readSingle(bytes);
    case profileBytes.device:
      return readDevice(bytes);
    default:
      throw new TicketFormatError('unknown profile');
  }
}

/** Reads the 125 bytes of a certificate, for the phone that was given them. Throws TicketFormatError. */
export function readCertificate(bytes: Uint8Array): CertificateClaims {
  if (bytes.length !== lengths.certificate || bytes[offsets.profile] !== profileBytes.device) {
    throw new TicketFormatError('not a certificate');
  }
  return readCertificateClaims(bytes);
}

function readSingle(bytes: Uint8Array<ArrayBuffer>): SingleTicket {
  if (bytes.length !== lengths.single) throw new TicketFormatError('wrong length for profile S');
  return { profile: 'S', ...readCardClaims(bytes), slot: readUint32(bytes, offsets.singleSlot), bytes };
}

function readDevice(bytes: Uint8Array<ArrayBuffer>): DeviceTicket {
  if (bytes.length !== lengths.device && bytes.length !== lengths.deviceWithChallenge) {
    throw new TicketFormatError('wrong length for profile D');
  }
  return {
    profile: 'D',
    ...readCertificateClaims(bytes),
    slot: readUint32(bytes, offsets.proofSlot),
    clockAge: bytes[offsets.clockAge]!,
    challenge:
      bytes.length === lengths.deviceWithChallenge
        ? readHex(bytes, offsets.challenge, offsets.challenge + lengths.challenge)
        : null,
    bytes,
  };
}

const readCertificateClaims = (bytes: Uint8Array): CertificateClaims => ({
  ...readCardClaims(bytes),
  notBefore: readUint32(bytes, offsets.notBefore),
  validMinutes: readUint16(bytes, offsets.validMinutes),
  deviceKey: bytes.subarray(offsets.deviceKey, offsets.deviceKey + lengths.deviceKey),
});

const readCardClaims = (bytes: Uint8Array): CardClaims => ({
  issuer: readUint16(bytes, offsets.issuer),
  keyNo: readUint16(bytes, offsets.keyNo),
  cardRef: readHex(bytes, offsets.cardRef, offsets.statusIdx),
  statusIdx: readUint32(bytes, offsets.statusIdx),
  concession: bytes[offsets.concession]!,
  product: readUint16(bytes, offsets.product),
  scope: readUint16(bytes, offsets.scope),
});
