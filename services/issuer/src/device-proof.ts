/** Proof that whoever asks for certificates holds the private key they will name. */
import { ServiceError } from '@vedong/runtime/problem';
import { compressDeviceKey } from '@vedong/ticket';
import { compactVerify, EmbeddedJWK } from 'jose';
import { z } from 'zod';

const headerSchema = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.literal('vd1-pop'),
  jwk: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
});
const payloadSchema = z.strictObject({ cardId: z.string(), iat: z.int() });

/** How far `iat` may be from the issuer's time, either way. */
const toleranceSeconds = 60;

/**
 * The device key, compressed. `proof` is a compact ES256 JWS: header {alg, typ: "vd1-pop", jwk},
 * payload {cardId, iat}. Throws `bad_device_proof` for anything else; which check failed helps only who probes.
 */
export async function readDeviceProof(
  proof: string,
  expected: { cardId: string; nowSeconds: number },
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { protectedHeader, payload } = await compactVerify(proof, EmbeddedJWK, { algorithms: ['ES256'] });
    const { jwk } = headerSchema.parse(protectedHeader);
    const { cardId, iat } = payloadSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    if (cardId !== expected.cardId) throw new Error('for another card');
    if (Math.abs(iat - expected.nowSeconds) > toleranceSeconds) throw new Error('too old or too new');
    return compressDeviceKey(jwk);
  } catch {
    throw new ServiceError(400, 'bad_device_proof', {
      detail: 'The proof must be a fresh ES256 JWS by the device key for this card.',
    });
  }
}
