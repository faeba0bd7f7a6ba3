/** Check 9: may this product, scope and concession open this gate now? */
import type { Gate, Mode } from './gate.ts';
import type { Reason } from './reason.ts';

/** A fare product as a gate needs it. Product 0, pay as you go, is good everywhere and never listed. */
export interface GateProduct {
  productNo: number;
  modes: readonly Mode[];
}

/** The part of a ticket that coverage looks at. */
export interface CoverageClaims {
  product: number;
  scope: number;
  concession: number;
}

const highestConcession = 2;

/** The reason to refuse, or null. A product or concession the gate does not know is never accepted. */
export function judgeCoverage(
  claims: CoverageClaims,
  gate: Pick<Gate, 'mode' | 'lineScope'>,
  products: ReadonlyMap<number, GateProduct>,
): Extract<Reason, 'out_of_scope' | 'not_covered'> | null {
  if (claims.concession > highestConcession) return 'not_covered';
  if (claims.product !== 0) {
    const product = products.get(claims.product);
    if (!product || !product.modes.includes(gate.mode)) return 'not_covered';
  }
  if (claims.scope !== 0 && claims.scope !== gate.lineScope) return 'out_of_scope';
  return null;
}
