/** Signing and checking with node:crypto: synchronous, with key objects kept between tickets. */
import { createPublicKey, hash, sign, verify, type KeyObject, type VerifyKeyObjectInput } from 'node:crypto';
import { promisify } from 'node:util';
import { isEd25519SignatureForm, isEs256SignatureForm, type Signatures } from '../signatures.ts';
import type { SignBytes } from '../ticket.ts';

/** The DER around a raw public key in a SubjectPublicKeyInfo (RFC 8410; RFC 5480 with a compressed point). */
const ed25519SpkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const p256SpkiHead = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');

/** Imported issuer keys, for as long as a key set holds them. */
const issuerKeys = new WeakMap<Uint8Array, KeyObject>();

/**
 * Imported phone keys in two generations: when the younger is full, the older is given up.
 * A phone is seen again when its rider leaves.
 */
const generationMost = 4096;
let deviceKeys = new Map<string, KeyObject>();
let olderDeviceKeys = new Map<string, KeyObject>();

/** What `verify` of node:crypto is asked, and how its answer is waited for. */
type Check = (
  algorithm: string | null,
  data: Uint8Array,
  key: KeyObject | VerifyKeyObjectInput,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

const signaturesBy = (check: Check): Signatures => ({
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),

  verifyEd25519: (publicKey, data, signature) => {
    if (!isEd25519SignatureForm(signature)) return false;
    const key = issuerKeyOf(publicKey);
    return key !== undefined && check(null, data, key, signature);
  },

  verifyEs256: (publicKey, data, signature) => {
    if (!isEs256SignatureForm(signature)) return false;
    const key = deviceKeyOf(publicKey);
    return key !== undefined && check('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);
  },
});

/** The port on node:crypto. */
export const nodeSignatures: Signatures = signaturesBy(verify);

/**
 * The same on node's pool of threads: a program that does more than verify goes on meanwhile, and uses every core.
 * One ticket takes some tens of microseconds more.
 */
export const threadedSignatures: Signatures = signaturesBy(promisify(verify));

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

/** The key object of a public key that stays the same array, or undefined where it is no key. */
function issuerKeyOf(publicKey: Uint8Array): KeyObject | undefined {
  const kept = issuerKeys.get(publicKey);
  if (kept !== undefined) return kept;
  const key = importKey(ed25519SpkiHead, publicKey);
  if (key !== undefined) issuerKeys.set(publicKey, key);
  return key;
}

/** The key object of a compressed point, or undefined where it is no point of the curve. */
function deviceKeyOf(publicKey: Uint8Array): KeyObject | undefined {
  const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
  const key = deviceKeys.get(name) ?? olderDeviceKeys.get(name) ?? importKey(p256SpkiHead, publicKey);
  if (key === undefined) return undefined;
  deviceKeys.set(name, key);
  if (deviceKeys.size >= generationMost) {
    olderDeviceKeys = deviceKeys;
    deviceKeys = new Map();
  }
  return key;
}

function importKey(spkiHead: Buffer, publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
