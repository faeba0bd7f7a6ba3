/** Signing and checking with WebCrypto, for browsers. */
import { decompressDeviceKey } from './device-key.ts';
import { isEd25519SignatureForm, isEs256SignatureForm, type Signatures } from './signatures.ts';
import type { SignBytes } from './ticket.ts';

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** The port on WebCrypto. Keys are decompressed here because not every browser imports compressed points. */
export const webSignatures: Signatures = {
  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),

  verifyEd25519: async (publicKey, data, signature) => {
    if (!isEd25519SignatureForm(signature)) return false;
    const key = await crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, [
      'verify',
    ]);
    return crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature), data);
  },

  verifyEs256: async (publicKey, data, signature) => {
    const jwk = isEs256SignatureForm(signature) ? decompressDeviceKey(publicKey) : undefined;
    if (jwk === undefined) return false;
    const key = await crypto.subtle.importKey('jwk', { ...jwk }, es256, false, ['verify']);
    return crypto.subtle.verify(es256, key, Uint8Array.from(signature), data);
  },
};

/** Signs proofs with a phone's P-256 private key, which need not be extractable. */
export const webDeviceSigner =
  (privateKey: CryptoKey): SignBytes =>
  async (data) =>
    new Uint8Array(await crypto.subtle.sign(es256, privateKey, data));
