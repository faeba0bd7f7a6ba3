/** The root key in its file: what gates pin. Only the keys command opens it, never the running service. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ConfigError } from '@vedong/runtime/config';
import type { SignBytes } from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { z } from 'zod';
import { VaultError, type Vault } from './vault.ts';

export interface RootKey {
  /** Public key, base64url. */
  x: string;
  sign: SignBytes;
}

const rootFile = z.strictObject({ x: z.string(), sealed: z.base64() });

/** Makes the file, mode 0600, and refuses to overwrite one. */
export function makeRootKey(file: string, vault: Vault): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const sealed = vault.seal('root-key', x, privateKey.export({ format: 'der', type: 'pkcs8' }));
  writeFileSync(file, `${JSON.stringify({ x, sealed: sealed.toString('base64') })}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
}

export const hasRootKey = (file: string): boolean => existsSync(file);

/** Also writes `<file>.public.json`, the JWK to pin. Throws ConfigError with a sentence where the file is of no use. */
export function openRootKey(file: string, vault: Vault): RootKey {
  const { x, sealed } = readRootFile(file);
  try {
    const der = vault.open('root-key', x, Buffer.from(sealed, 'base64'));
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    writeFileSync(
      `${file}.public.json`,
      `${JSON.stringify(createPublicKey(privateKey).export({ format: 'jwk' }))}\n`,
    );
    return { x, sign: ed25519Signer(privateKey) };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new ConfigError(
      `The root key in ${file} was encrypted with another KEY_ENCRYPTION_KEY. Set that one.`,
    );
  }
}

function readRootFile(file: string): z.output<typeof rootFile> {
  try {
    return rootFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new ConfigError(`The root key file ${file} cannot be read. Restore it from its backup.`);
  }
}
