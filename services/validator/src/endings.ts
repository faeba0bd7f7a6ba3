/**
 * What ends some time, in the order in which it was added. A Map that is emptied from its front is no way to do this:
 * what was deleted there leaves holes, and each look for the oldest walks over all of them.
 */
export interface Endings<Entry> {
  add(entry: Entry, endsAt: number): void;
  /** Takes the oldest if it has ended by now. One that ends early waits for those that were added before it. */
  takeEnded(now: number): Entry | undefined;
}

export function createEndings<Entry>(): Endings<Entry> {
  const entries: { entry: Entry; endsAt: number }[] = [];
  let oldest = 0;
  return {
    add(entry, endsAt) {
      entries.push({ entry, endsAt });
    },
    takeEnded(now) {
      const first = entries[oldest];
      if (first === undefined || first.endsAt > now) return undefined;
      oldest += 1;
      if (oldest > 1000 && oldest * 2 > entries.length) {
        entries.splice(0, oldest);
        oldest = 0;
      }
      return first.entry;
    },
  };
}
