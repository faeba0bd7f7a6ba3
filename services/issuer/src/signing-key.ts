/** Which signing key signs at a moment, and what the others count for. Pure. */
import type { KeyStatus } from '@vedong/ticket';

export interface SigningKey {
  keyNo: number;
  /** Public key, base64url. */
  x: string;
  /** Signs from `nbf` on and counts until `exp`, unix seconds. */
  nbf: number;
  exp: number;
  compromised: boolean;
}

/**
 * The newest key whose time has come and which outlives whatever it may sign now, or undefined.
 * A key with a successor signs until the successor's `nbf`: by then gates have learned of it.
 * @param reachSeconds the longest that a ticket signed now is good for
 */
export function findSigner<K extends SigningKey>(
  keys: readonly K[],
  nowSeconds: number,
  reachSeconds: number,
): K | undefined {
  return keys
    .filter(
      ({ compromised, nbf, exp }) => !compromised && nbf <= nowSeconds && nowSeconds + reachSeconds <= exp,
    )
    .reduce<K | undefined>((newest, key) => (newest && !isNewer(key, newest) ? newest : key), undefined);
}

/** What the trust bundle says of a key: `retired` once a newer one signs. */
export function statusOf(key: SigningKey, keys: readonly SigningKey[], nowSeconds: number): KeyStatus {
  if (key.compromised) return 'compromised';
  const isReplaced = keys.some(
    (other) => !other.compromised && other.nbf <= nowSeconds && isNewer(other, key),
  );
  return isReplaced ? 'retired' : 'active';
}

const isNewer = (one: SigningKey, other: SigningKey): boolean =>
  one.nbf > other.nbf || (one.nbf === other.nbf && one.keyNo > other.keyNo);
