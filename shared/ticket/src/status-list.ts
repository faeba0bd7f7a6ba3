/** A service day's status list: two bits a card, looked up by index (IETF Token Status List). */

/** What two bits say. The fourth value has no meaning and counts as revoked. */
export const statuses = { valid: 0, invalid: 1, suspended: 2 } as const;

const entriesPerByte = 4;

/** An immutable list; entry 0 is in the lowest bits of byte 0. */
export class StatusList {
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
  }

  /** How many entries it has, always a multiple of four. */
  get size(): number {
    return this.bytes.length * entriesPerByte;
  }

  /** The entry, 0 to 3, or undefined beyond the end. */
  get(index: number): number | undefined {
    const byte = this.bytes[index >>> 2];
    return byte === undefined ? undefined : (byte >>> ((index & 3) * 2)) & 3;
  }
}

/**
 * Makes a list of at least `size` entries, all valid but the given `[index, status]` ones.
 * Throws RangeError for an index beyond it or a status above 3.
 */
export function buildStatusList(size: number, entries: Iterable<readonly [number, number]>): StatusList {
  return withChanges(new Uint8Array(Math.ceil(size / entriesPerByte)), entries);
}

/** A copy of a list with other entries, grown to at least `size` by valid ones; lists never shrink. */
export function changeStatusList(
  list: StatusList,
  size: number,
  changes: Iterable<readonly [number, number]>,
): StatusList {
  const bytes = new Uint8Array(Math.max(list.bytes.length, Math.ceil(size / entriesPerByte)));
  bytes.set(list.bytes);
  return withChanges(bytes, changes);
}

function withChanges(
  bytes: Uint8Array<ArrayBuffer>,
  changes: Iterable<readonly [number, number]>,
): StatusList {
  for (const [index, status] of changes) {
    const at = Math.floor(index / entriesPerByte);
    const byte = bytes[at];
    if (byte === undefined || !Number.isInteger(index) || !(status >= 0 && status <= 3)) {
      throw new RangeError('a status entry is beyond the list');
    }
    const shift = (index % entriesPerByte) * 2;
    bytes[at] = (byte & ~(3 << shift)) | (status << shift);
  }
  return new StatusList(bytes);
}
