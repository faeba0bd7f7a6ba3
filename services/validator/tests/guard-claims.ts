/** What the tests of a guard claim: cards of their own, one claim each unless said. */
import type { Claim } from '../src/replay/claim.ts';

let cards = 0;

export const newCard = (): string => `1.${(cards += 1).toString(16).padStart(16, '0')}`;

export const newClaim = (change: Partial<Claim> = {}): Claim => {
  const card = change.card ?? newCard();
  return {
    card,
    slot: 1000,
    validator: 'v-1/a',
    tapId: `tap-${card}-${cards}`,
    atSeconds: 15_000,
    ...change,
  };
};

/** The same code at another validator. */
export const copyOf = (claim: Claim): Claim => ({
  ...claim,
  validator: 'v-2/b',
  tapId: `${claim.tapId}-copy`,
  atSeconds: claim.atSeconds + 1,
});
