/** Slots of 15 seconds, the window in which a gate takes them, and the limits that lean on each other. */

/** How long one code is shown. A slot is ⌊unix seconds ÷ 15⌋. */
export const slotSeconds = 15;

/** Which slots a gate takes: one ahead of its own clock, its own, and two behind. */
export const slotWindow = { aheadSlots: 1, behindSlots: 2 } as const;

/** From the first second in which some gate takes a slot to the last: a replay guard remembers at least this long. */
export const slotLifetimeSeconds = (slotWindow.aheadSlots + 1 + slotWindow.behindSlots) * slotSeconds;

/** A scanner that reads one code twice within this many seconds gets its first answer again. */
export const repeatWindowSeconds = 5;

if (repeatWindowSeconds >= slotSeconds) {
  throw new Error('A repeat must end before the next slot, or it would hide a replay behind a new code.');
}
if (slotWindow.aheadSlots > slotWindow.behindSlots) {
  throw new Error('Codes made ahead must not live longer than codes already shown.');
}

/** The slot in which a moment lies. Takes unix seconds, fractions allowed. */
export const slotAt = (unixSeconds: number): number => Math.floor(unixSeconds / slotSeconds);

/** The first unix second of a slot. */
export const slotStart = (slot: number): number => slot * slotSeconds;
