/** A second try at a gate that died before its answer: when a later tap may stand for an earlier one. */

/** As far as the rule looks at a tap; both are accepted taps of one card at one gate. */
export interface Try {
  slot: number;
  atMilliseconds: number;
}

/**
 * A computer boots within two or three minutes, and for two more it is looked out for those who waited. Who comes back
 * later has been let through by then, or has gone elsewhere, and rides anew.
 */
export const continuedSecondsMost = 300;

/** Whether the later tap may be the same try as the earlier one: another code, and not too long between by the gate's clock. */
export const mayContinue = (earlier: Try, later: Try): boolean =>
  later.slot > earlier.slot &&
  Math.abs(later.atMilliseconds - earlier.atMilliseconds) <= continuedSecondsMost * 1000;
