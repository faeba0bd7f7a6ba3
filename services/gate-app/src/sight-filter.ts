/** Decides which of the many camera frames of one phone is a tap: a phone kept in view is not a second rider. */

/** A code unseen for this long has left; longer than an answer shows, so that it never answers itself. */
export const goneAfterMilliseconds = 3000;

/**
 * `VD1:` and the Base45 of bytes 0-21 of a ticket, the same in all codes of one card (offsets: FORMAT.md of
 * the ticket package): enough to see that a new code is the same phone's next one.
 */
const cardPartLength = 4 + 33;

export interface SightFilter {
  /** Whether a code seen now (monotonic milliseconds) is a new tap. */
  isTap(code: string, now: number): boolean;
  /** This tap opened the gate. */
  accepted(code: string): void;
  /** This tap got no answer and may be tried again. */
  forget(code: string): void;
}

/**
 * The same code counts once while it stays in view. After an accepted tap so does the same card, or a rider
 * who lingers until the code changes would pay twice; after a refusal the card's next code is a new try.
 */
export function createSightFilter(): SightFilter {
  let tapped = '';
  let wasAccepted = false;
  let seenAt = Number.NEGATIVE_INFINITY;

  return {
    isTap(code, now) {
      const isSame = code === tapped || (wasAccepted && cardPart(code) === cardPart(tapped));
      const isStillHere = isSame && now - seenAt < goneAfterMilliseconds;
      if (isSame) seenAt = now;
      if (isStillHere) return false;
      tapped = code;
      wasAccepted = false;
      seenAt = now;
      return true;
    },
    accepted(code) {
      if (code === tapped) wasAccepted = true;
    },
    forget(code) {
      if (code === tapped) tapped = '';
    },
  };
}

const cardPart = (code: string): string => code.slice(0, cardPartLength);
