/** Checks what validators sign with their own Ed25519 key: requests to enrol, access tokens, tap batches. */
import { ServiceError } from '@vedong/runtime/problem';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { z } from 'zod';
import { identifier } from '@vedong/contracts';

const algorithms = ['Ed25519', 'EdDSA'];
const publicKey = z.string().regex(/^[\w-]{43}$/);

const headerOf = (typ: string) =>
  z.strictObject({ alg: z.enum(algorithms), typ: z.literal(typ), kid: identifier });
export const enrolmentHeader = z.strictObject({
  alg: z.enum(algorithms),
  typ: z.literal('vd1-enrol'),
  jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: publicKey }),
});
export const batchHeader = headerOf('vd1-taps');
export const tokenHeader = headerOf('vd1-validator');

export const badSignature = () =>
  new ServiceError(401, 'bad_signature', { detail: 'The signature or its header is not as it must be.' });

/** The protected header, still unverified; null where it is not exactly as it must be. */
export function readHeader<H extends z.ZodType>(jws: string, schema: H): z.output<H> | null {
  try {
    return schema.parse(decodeProtectedHeader(jws));
  } catch {
    return null;
  }
}

/** The payload, or null where the signature is not that of the key `x`. */
export async function verifiedPayload(jws: string, x: string): Promise<Uint8Array | null> {
  try {
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'Ed25519');
    return (await compactVerify(jws, key, { algorithms })).payload;
  } catch {
    return null;
  }
}

/** Strict UTF-8, then JSON, then `schema`; null where it is none of these. */
export function readPayload<S extends z.ZodType>(payload: Uint8Array, schema: S): z.output<S> | null {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    return null;
  }
}
