/** Signing and checking with node:crypto: synchronous, with key objects kept between tickets. */
import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { isEd25519SignatureForm, isEs256SignatureForm, type Signatures } from '../signatures.ts';
import type { SignBytes } from '../ticket.ts';

/** The DER around a raw public key in a SubjectPublicKeyInfo (RFC 8410; RFC 5480 with a compressed point). */
const ed25519SpkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const p256SpkiHead = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');

/** A phone is seen again when its rider leaves; a few thousand keys are a busy hour of one station. */
const cachedKeysMost = 4096;

const issuerKeyOf = keyCache(ed25519SpkiHead);
const deviceKeyOf = keyCache(p256SpkiHead);

/** The port on node:crypto. */
export const nodeSignatures: Signatures = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),

  verifyEd25519: (publicKey, data, signature) => {
    if (!isEd25519SignatureForm(signature)) return false;
    const key = issuerKeyOf(publicKey);
    return key !== undefined && verify(null, data, key, signature);
  },

  verifyEs256: (publicKey, data, signature) => {
    if (!isEs256SignatureForm(signature)) return false;
    const key = deviceKeyOf(publicKey);
    return key !== undefined && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);
  },
};

/** Signs as an issuer, with an Ed25519 private key. */
export const ed25519Signer =
  (privateKey: KeyObject): SignBytes =>
  async (data) =>
    sign(null, data, privateKey);

/** Signs as a phone, with a P-256 private key. */
export const es256Signer =
  (privateKey: KeyObject): SignBytes =>
  async (data) =>
    sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });

/** Imports public keys of one kind and keeps the last ones used; a key that cannot be imported is undefined each time. */
function keyCache(spkiHead: Buffer): (publicKey: Uint8Array) => KeyObject | undefined {
  const kept = new Map<string, KeyObject>();
  return (publicKey) => {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
    const key = kept.get(name) ?? importKey(Buffer.concat([spkiHead, publicKey]));
    if (key === undefined) return undefined;
    kept.delete(name);
    if (kept.size >= cachedKeysMost) kept.delete(kept.keys().next().value!);
    kept.set(name, key);
    return key;
  };
}

function importKey(spki: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
