/** Tells a scanner that types from a person who types: fast characters that end in Enter are a scan. */

/** Scanners leave 1 to 30 ms between characters, slow ones over Bluetooth some 80 ms; people more than 100 ms. */
const longestGapMilliseconds = 100;
/** Fewer characters than this are never a code, and may be a person's quick key presses. */
const fewestCharacters = 8;
/** What a validator takes at most; a stuck key must not fill the memory. */
const mostCharacters = 8192;

export interface WedgeKey {
  /** As in KeyboardEvent.key. */
  key: string;
  /** Monotonic milliseconds. */
  at: number;
}

export interface WedgeAnswer {
  /** The key belongs to a scan, so that it must not press a button or scroll the page. */
  taken: boolean;
  /** The whole text when this key ended a scan, spaces kept: a space is a Base45 digit. */
  scan: string | null;
}

export type KeyboardWedge = (key: WedgeKey) => WedgeAnswer;

export function createKeyboardWedge(): KeyboardWedge {
  let text = '';
  let lastAt = Number.NEGATIVE_INFINITY;

  return ({ key, at }) => {
    const isFast = at - lastAt <= longestGapMilliseconds;
    if (key === 'Enter') {
      const scan = isFast && text.length >= fewestCharacters ? text : null;
      text = '';
      return { taken: scan !== null, scan };
    }
    // Shift, CapsLock and the like are how a scanner types capitals.
    if (key.length !== 1) return { taken: false, scan: null };
    text = isFast ? (text + key).slice(0, mostCharacters) : key;
    lastAt = at;
    return { taken: text.length > 1, scan: null };
  };
}
