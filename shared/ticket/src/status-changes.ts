/** The packed changes of a status delta: about three bytes a change. */
import type { StatusList } from './status-list.ts';

/**
 * Packs the entries in which `to` differs from `from`, in rising order. Each is one LEB128 number:
 * (index − previous index − 1) × 4 + status, the previous index of the first being −1.
 * Entries that `from` does not have count as valid there.
 */
export function packChanges(from: StatusList, to: StatusList): Uint8Array {
  return packEntries(listChanges(from, to));
}

/** Packs `[index, status]` entries, given in rising order of index, in the same way. Throws RangeError for another order. */
export function packEntries(entries: Iterable<readonly [index: number, status: number]>): Uint8Array {
  const packed: number[] = [];
  let previous = -1;
  for (const [index, status] of entries) {
    if (index <= previous || status > 3) throw new RangeError('changes are not in rising order');
    let value = (index - previous - 1) * 4 + status;
    for (; value > 127; value = Math.floor(value / 128)) packed.push((value % 128) + 128);
    packed.push(value);
    previous = index;
  }
  return Uint8Array.from(packed);
}

function* listChanges(from: StatusList, to: StatusList): Generator<readonly [number, number]> {
  for (let at = 0; at < to.bytes.length; at += 1) {
    if (to.bytes[at] === (from.bytes[at] ?? 0)) continue;
    for (let index = at * 4; index < at * 4 + 4; index += 1) {
      const status = to.get(index)!;
      if (status !== (from.get(index) ?? 0)) yield [index, status];
    }
  }
}

/** Reads packed changes; undefined for a number cut short or too long, or an index not below `size`. */
export function unpackChanges(
  packed: Uint8Array,
  size: number,
): [index: number, status: number][] | undefined {
  const changes: [number, number][] = [];
  let previous = -1;
  let value = 0;
  let scale = 1;
  for (const byte of packed) {
    value += (byte % 128) * scale;
    scale *= 128;
    if (byte > 127) {
      if (scale > 2 ** 35) return undefined;
      continue;
    }
    if (byte === 0 && scale > 128) return undefined;
    previous += Math.floor(value / 4) + 1;
    if (previous >= size) return undefined;
    changes.push([previous, value % 4]);
    value = 0;
    scale = 1;
  }
  return scale === 1 ? changes : undefined;
}
