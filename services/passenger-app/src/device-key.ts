/** The phone's own key: made by WebCrypto, never extractable, so that no script can carry it off. */
import { webDeviceSigner } from '@vedong/ticket';
import { encodeBase64url } from './base64url.ts';

/** A new key pair. Each fetch of certificates makes one, so that a key links no more days than it must. */
export const createDeviceKey = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

/**
 * Whether this browser can make such a key, keep it and sign with what it kept; without, codes are profile S.
 * WebCrypto is missing on plain-HTTP addresses, and some browsers cannot store a key.
 * @param keepAndRead stores a key and returns what the store gives back
 */
export async function canSignOnPhone(keepAndRead: (key: CryptoKey) => Promise<CryptoKey>): Promise<boolean> {
  try {
    const { privateKey } = await createDeviceKey();
    const signature = await webDeviceSigner(await keepAndRead(privateKey))(new Uint8Array(1));
    return signature.length === 64;
  } catch {
    return false;
  }
}

/** Proof of possession for `POST /v1/cards/{cardId}/certificates`: a compact JWS with the public key in its header. */
export async function proveDeviceKey(keys: CryptoKeyPair, cardId: string, issuedAt: number): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const header = { alg: 'ES256', typ: 'vd1-pop', jwk: { kty, crv, x, y } };
  const signingInput = [header, { cardId, iat: issuedAt }]
    .map((part) => encodeBase64url(new TextEncoder().encode(JSON.stringify(part))))
    .join('.');
  const signature = await webDeviceSigner(keys.privateKey)(new TextEncoder().encode(signingInput));
  return `${signingInput}.${encodeBase64url(signature)}`;
}
