/** The validator's own key: made at the first start, never leaves its folder, signs everything it sends. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@vedong/runtime/config';
import { CompactSign, type JWK } from 'jose';

export interface Identity {
  publicJwk: JWK;
  /** A compact JWS (`alg: Ed25519`) with the given other header members over JSON. */
  sign(header: { typ: string; kid?: string; jwk?: JWK }, payload: object): Promise<string>;
}

/** Reads the key in `folder`, or makes one. Throws ConfigError when the file holds something else. */
export function openIdentity(folder: string): Identity {
  const file = join(folder, 'validator-key.pem');
  const key = existsSync(file) ? readKey(file) : makeKey(file);
  const publicJwk = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicJwk,
    sign: (header, payload) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'Ed25519', ...header })
        .sign(key),
  };
}

function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new ConfigError(
    `The validator's key cannot be read (${file}). Bring the file back, or give the validator a new DATA_FOLDER and enrolment.`,
  );
}

function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  // Whole or not at all: a start cut off here must not leave half a key.
  writeFileSync(`${file}.new`, pem, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return privateKey;
}
