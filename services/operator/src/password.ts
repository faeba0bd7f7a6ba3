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

/** With null for an account that does not exist: false, after the same work. */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  const [nonce = '', tag = ''] = hash?.startsWith(prefix) ? hash.slice(prefix.length).split('$') : [];
  const expected = hash ? Buffer.from(tag, 'base64url') : Buffer.alloc(cost.tagLength);
  const derived = await derive(password, hash ? Buffer.from(nonce, 'base64url') : Buffer.alloc(16));
  return hash !== null && expected.length === derived.length && timingSafeEqual(expected, derived);
}
