/** The challenges that gates display: random, for one use, for a minute, remembered by the validator alone. */

/** A rider reads it, the phone signs, the gate reads: and the next one is displayed meanwhile. */
export const challengeLifetimeSeconds = 60;
/** Whoever asks more often gets the same again, so that nobody can crowd out what a gate displays. */
const renewedAfterSeconds = 1;

interface Displayed {
  challenge: string;
  atSeconds: number;
  /** The one use that answered it. */
  usedBy: string | null;
}

export type Challenges = ReturnType<typeof createChallenges>;

/** @param newChallenge gives 16 random lower-case hex digits */
export function createChallenges(monotonicSeconds: () => number, newChallenge: () => string) {
  /** By gate, oldest first; never more than the lifetime has seconds, and those used. */
  const gates = new Map<string, Displayed[]>();

  function live(gateId: string): Displayed[] {
    const oldest = monotonicSeconds() - challengeLifetimeSeconds;
    const displayed = (gates.get(gateId) ?? []).filter(({ atSeconds }) => atSeconds > oldest);
    gates.set(gateId, displayed);
    return displayed;
  }

  return {
    /** What the gate is to display now. */
    display(gateId: string): string {
      const displayed = live(gateId);
      const newest = displayed.at(-1);
      const now = monotonicSeconds();
      if (newest?.usedBy === null && now - newest.atSeconds < renewedAfterSeconds) return newest.challenge;
      const challenge = newChallenge();
      displayed.push({ challenge, atSeconds: now, usedBy: null });
      return challenge;
    },
    /** What a ticket must answer here: its own answer where that is displayed, else what no ticket can say. */
    expect: (gateId: string, answered: string | null): string =>
      live(gateId).find(({ challenge }) => challenge === answered)?.challenge ?? 'none',
    /** False where another use has answered this challenge before. `use` is one card in one slot. */
    answer(gateId: string, challenge: string | null, use: string): boolean {
      const displayed = live(gateId).find((entry) => entry.challenge === challenge);
      if (!displayed) return false;
      displayed.usedBy ??= use;
      return displayed.usedBy === use;
    },
  };
}
