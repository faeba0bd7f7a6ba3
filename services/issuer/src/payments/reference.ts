/** The code that ties a payment to its top-up: in the text of a transfer and in VNPay's vnp_TxnRef. */
import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a person can copy it. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const form = /(?<![0-9A-Z])VD[0-9A-HJKMNP-TV-Z]{12}(?![0-9A-Z])/gi;

/** `VD` and 60 random bits: nobody finds another's by trying. */
export const newReference = (): string =>
  `VD${Array.from(randomBytes(12), (byte) => letters[byte % 32]).join('')}`;

/** Banks put words of their own around a transfer's text: finds the one reference in it. */
export function findReference(text: string): string | undefined {
  const found = new Set(Array.from(text.matchAll(form), ([reference]) => reference.toUpperCase()));
  return found.size === 1 ? [...found][0] : undefined;
}
