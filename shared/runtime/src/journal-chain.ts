/** The hash chain over a validator's journal: the validator makes it, the operator checks it. */
import { hash } from 'node:crypto';

/** Before the first record of a journal. */
export const chainStart = '0'.repeat(64);

/** SHA-256 over the 32 bytes of the previous hash and the record's UTF-8 text; 64 lower-case hex digits. */
export function nextChainHash(previousHash: string, record: string): string {
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(previousHash, 'hex'), Buffer.from(record, 'utf8')]),
    'hex',
  );
}
