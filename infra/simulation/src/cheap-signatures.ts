/** Signatures that cost a hash: most seeds are about faults, not about curves. A forged one still does not pass. */
import { hash } from 'node:crypto';
import type { SignBytes, Signatures } from '@vedong/ticket';

const seal = (publicKey: Uint8Array, bytes: Uint8Array): Buffer =>
  hash('sha512', Buffer.concat([publicKey, bytes]), 'buffer');

/** Whoever knows the public key can sign: only riders of the simulation must never do it for another. */
export const cheapSigner =
  (publicKey: Uint8Array): SignBytes =>
  async (bytes) =>
    seal(publicKey, bytes);

const isSealed = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean =>
  seal(publicKey, bytes).equals(signature);

export const cheapSignatures: Signatures = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  verifyEd25519: isSealed,
  verifyEs256: isSealed,
};
