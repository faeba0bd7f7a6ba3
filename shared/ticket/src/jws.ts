/** The JWS that a ticket stands for (RFC 7515): implied headers, signing inputs, the expansion to compact form. */
import { base64urlLength, encodeBase64url, writeBase64url } from './base64url.ts';
import { lengths, offsets } from './layout.ts';
import { ticketKid, type DecodedTicket, type DeviceTicket } from './ticket.ts';

/** The protected headers, exactly these ASCII texts; the algorithm is never read from a ticket. */
export const jwsHeaders = {
  single: (kid: string): string => `{"alg":"Ed25519","kid":"${kid}","typ":"vd1-s"}`,
  certificate: (kid: string): string => `{"alg":"Ed25519","kid":"${kid}","typ":"vd1-d"}`,
  proof: '{"alg":"ES256","typ":"vd1-p"}',
} as const;

const utf8 = new TextEncoder();

/** The first part of a signing input, `b64url(header).`, which is the same for all tickets of a key. */
export const jwsPrefix = (header: string): Uint8Array =>
  utf8.encode(`${encodeBase64url(utf8.encode(header))}.`);

const proofPrefix = jwsPrefix(jwsHeaders.proof);

/** The bytes that a JWS signature covers: the prefix and the payload in base64url. */
export function signingInput(prefix: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const input = new Uint8Array(prefix.length + base64urlLength(payload.length));
  input.set(prefix);
  writeBase64url(payload, input, prefix.length);
  return input;
}

/**
 * The proof's payload: slot ‖ clockAge ‖ challenge ‖ the first 16 bytes of SHA-256(certificate).
 * `proofFields` are the bytes between certificate and device signature.
 */
function proofPayload(proofFields: Uint8Array, certificateDigest: Uint8Array): Uint8Array {
  const payload = new Uint8Array(proofFields.length + lengths.proofDigest);
  payload.set(proofFields);
  payload.set(certificateDigest.subarray(0, lengths.proofDigest), proofFields.length);
  return payload;
}

/** What the phone signs. `certificateDigest` is the SHA-256 of the 125 bytes of the certificate. */
export const proofSigningInput = (
  proofFields: Uint8Array,
  certificateDigest: Uint8Array,
): Uint8Array<ArrayBuffer> => signingInput(proofPrefix, proofPayload(proofFields, certificateDigest));

/** The bytes between certificate and device signature. */
export const proofFieldsOf = (ticket: DeviceTicket): Uint8Array =>
  ticket.bytes.subarray(offsets.proofSlot, ticket.bytes.length - lengths.signature);

/** The certificate's 125 bytes, which the proof's digest covers. */
export const certificateOf = (ticket: DeviceTicket): Uint8Array<ArrayBuffer> =>
  ticket.bytes.subarray(0, lengths.certificate);

/**
 * Expands a ticket into the compact JWS it stands for, for any JOSE library to check:
 * `{ ticket }` for S, `{ certificate, proof }` for D, whose proof verifies under the certificate's device key.
 */
export async function expandToJws(
  ticket: DecodedTicket,
): Promise<{ ticket: string } | { certificate: string; proof: string }> {
  const { bytes } = ticket;
  const kid = ticketKid(ticket);
  if (ticket.profile === 'S') {
    const payload = bytes.subarray(0, lengths.singlePayload);
    return { ticket: compact(jwsHeaders.single(kid), payload, bytes.subarray(lengths.singlePayload)) };
  }
  const payload = bytes.subarray(0, lengths.certificatePayload);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', certificateOf(ticket)));
  return {
    certificate: compact(
      jwsHeaders.certificate(kid),
      payload,
      bytes.subarray(lengths.certificatePayload, lengths.certificate),
    ),
    proof: compact(
      jwsHeaders.proof,
      proofPayload(proofFieldsOf(ticket), digest),
      bytes.subarray(bytes.length - lengths.signature),
    ),
  };
}

const compact = (header: string, payload: Uint8Array, signature: Uint8Array): string =>
  [utf8.encode(header), payload, signature].map(encodeBase64url).join('.');
