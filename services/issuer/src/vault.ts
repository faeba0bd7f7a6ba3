/** What KEY_ENCRYPTION_KEY protects: sealed secrets and keyed hashes, one derived key for each purpose. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export type SealPurpose = 'phone' | 'root-key' | 'signing-key' | 'concession-picture';
export type HashPurpose = 'phone' | 'one-time-code' | 'rate-limit';

export interface Vault {
  /** AES-256-GCM. `owner` names what the secret belongs to, so that a sealed value cannot stand in another's place. */
  seal(purpose: SealPurpose, owner: string, secret: Uint8Array): Buffer;
  /** Throws VaultError for another key, purpose or owner, and for changed bytes. */
  open(purpose: SealPurpose, owner: string, sealed: Uint8Array): Buffer;
  /** HMAC-SHA-256: equal for equal text, and of no use to who has the database but not the key. */
  hash(purpose: HashPurpose, text: string): Buffer;
}

export class VaultError extends Error {
  override name = 'VaultError';
}

const ivLength = 12;
const tagLength = 16;

/** @param keyEncryptionKey a high-entropy secret; a password would have to be stretched first */
export function createVault(keyEncryptionKey: string): Vault {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', keyEncryptionKey, '', `vedong issuer ${purpose}`, 32));
  const sealingKeys: Record<SealPurpose, Buffer> = {
    phone: derive('seal phone'),
    'root-key': derive('seal root-key'),
    'signing-key': derive('seal signing-key'),
    'concession-picture': derive('seal concession-picture'),
  };
  const hashKeys: Record<HashPurpose, Buffer> = {
    phone: derive('hash phone'),
    'one-time-code': derive('hash one-time-code'),
    'rate-limit': derive('hash rate-limit'),
  };
  return {
    seal(purpose, owner, secret) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', sealingKeys[purpose], iv).setAAD(Buffer.from(owner));
      return Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    open(purpose, owner, sealed) {
      try {
        const iv = sealed.subarray(0, ivLength);
        const decipher = createDecipheriv('aes-256-gcm', sealingKeys[purpose], iv, {
          authTagLength: tagLength,
        })
          .setAAD(Buffer.from(owner))
          .setAuthTag(sealed.subarray(-tagLength));
        return Buffer.concat([decipher.update(sealed.subarray(ivLength, -tagLength)), decipher.final()]);
      } catch (cause) {
        throw new VaultError(`the ${purpose} was sealed with another KEY_ENCRYPTION_KEY, or changed`, {
          cause,
        });
      }
    },
    hash: (purpose, text) => createHmac('sha256', hashKeys[purpose]).update(text).digest(),
  };
}
