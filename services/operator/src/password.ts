/** Passwords as argon2id hashes in the PHC string form, with OWASP's parameters (19 MiB, 2 passes, 1 lane). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const deriveKey = promisify(argon2);
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
const prefix = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$`;

const derive = (password: string, nonce: Buffer): Promise<Buffer> =>
  deriveKey('argon2id', { ...cost, message: password.normalize('NFKC'), nonce });

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(password, nonce);
  return `${prefix}${nonce.toString('base64url')}$${tag.toString('base64url')}`;
}

const hashForm = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([\w-]{22})\$([\w-]{43})$/;
/** Of no password anybody could type. */
const nobodysHash = `${prefix}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** With null for an account that does not exist: false, after the same work. */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  const [, nonce = '', tag = ''] = hashForm.exec(hash ?? nobodysHash) ?? [];
  if (!nonce) return false;
  return timingSafeEqual(
    await derive(password, Buffer.from(nonce, 'base64url')),
    Buffer.from(tag, 'base64url'),
  );
}
