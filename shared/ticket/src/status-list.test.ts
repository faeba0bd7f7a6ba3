import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildStatusList, changeStatusList, StatusList } from './status-list.ts';

describe('a status list', () => {
  it('has entry 0 in the lowest bits of byte 0, as in the example of the IETF draft', () => {
    const list = new StatusList(Uint8Array.of(0xc9, 0x44, 0xf9));
    expect(Array.from({ length: 13 }, (_, index) => list.get(index))).toEqual([
      1,
      2,
      0,
      3,
      0,
      1,
      0,
      1,
      1,
      2,
      3,
      3,
      undefined,
    ]);
    expect(list.size).toBe(12);
  });

  it('gives back what was put in, and 0 for all else', () => {
    const entries = fc.array(fc.tuple(fc.nat(999), fc.integer({ min: 0, max: 3 })), { maxLength: 200 });
    fc.assert(
      fc.property(entries, (changes) => {
        const list = buildStatusList(1_000, changes);
        const last = new Map(changes);
        for (let index = 0; index < 1_000; index += 1) expect(list.get(index)).toBe(last.get(index) ?? 0);
      }),
    );
  });

  it('ends where it ends: no index is taken modulo anything', () => {
    const list = buildStatusList(1_001, []);
    expect(list.size).toBe(1_004);
    expect([1_003, 1_004, 2 ** 31, 2 ** 32 - 1].map((index) => list.get(index))).toEqual([
      0,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of ten million cards takes 2.5 MB', () => {
    expect(buildStatusList(10_000_000, []).bytes.byteLength).toBe(2_500_000);
  });

  it('is changed in a copy that may grow and never shrinks', () => {
    const before = buildStatusList(8, [[1, 2]]);
    const after = changeStatusList(before, 12, [
      [1, 0],
      [11, 1],
    ]);
    expect([before.get(1), after.get(1), after.get(11), after.size]).toEqual([2, 0, 1, 12]);
    expect(changeStatusList(after, 4, []).size).toBe(12);
  });

  it.each([
    [8, 0],
    [-1, 0],
    [0.5, 0],
    [0, 4],
    [0, -1],
  ])('refuses entry %d with status %d', (index, status) => {
    expect(() => buildStatusList(8, [[index, status]])).toThrow(RangeError);
  });
});
