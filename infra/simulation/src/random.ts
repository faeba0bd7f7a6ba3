/** The one source of randomness of a run: everything that happens by chance is drawn from its seed, in order. */

export interface Random {
  /** 0 included, 1 excluded. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** As many lower-case hex digits. */
  hex(digits: number): string;
}

/** sfc32, filled from the seed by splitmix32; both are public domain (https://pracrand.sourceforge.net). */
export function createRandom(seed: number, stream = ''): Random {
  let filling = Buffer.from(stream).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed) | 0;
  const fill = (): number => {
    filling = (filling + 0x9e3779b9) | 0;
    let mixed = filling ^ (filling >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, counter] = [fill(), fill(), fill(), 1];
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next32();
  const next = () => next32() / 2 ** 32;
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick<T>(choices: readonly T[]): T {
      if (choices.length === 0) throw new RangeError('there is nothing to pick from');
      return choices[between(0, choices.length - 1)] as T;
    },
    hex: (digits) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join(''),
  };
}

/** A UUID of version 7 for a moment, its random part drawn from the run's seed. */
export function uuidAt(random: Random, milliseconds: number): string {
  const time = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, '0');
  const tail = `${random.pick(['8', '9', 'a', 'b'])}${random.hex(3)}-${random.hex(12)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.hex(3)}-${tail}`;
}
