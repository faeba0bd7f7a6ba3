import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSigner, statusOf, type SigningKey } from './signing-key.ts';

const key = (keyNo: number, nbf: number, exp: number, compromised = false): SigningKey => ({
  keyNo,
  x: '',
  nbf,
  exp,
  compromised,
});
const reach = 100;
const signerAt = (keys: SigningKey[], seconds: number) => findSigner(keys, seconds, reach)?.keyNo;

describe('the signing key', () => {
  const old = key(1, 0, 600);
  const next = key(2, 500, 2000);

  it('is the newest whose time has come', () => {
    expect(signerAt([old, next], -1)).toBeUndefined();
    expect(signerAt([old, next], 0)).toBe(1);
    expect(signerAt([next, old], 499)).toBe(1);
    expect(signerAt([old, next], 500)).toBe(2);
  });

  it('outlives what it signs', () => {
    expect(signerAt([next], 2000 - reach)).toBe(2);
    expect(signerAt([next], 2000 - reach + 1)).toBeUndefined();
  });

  it('is never a compromised one', () => {
    expect(signerAt([old, key(2, 400, 2000, true)], 450)).toBe(1);
  });

  it('of two that begin together is the later made', () => {
    expect(signerAt([key(3, 0, 1000), old], 10)).toBe(3);
  });

  it('counts at gates for every ticket it may have signed', () => {
    const anyKey = fc
      .record({
        keyNo: fc.nat(5),
        nbf: fc.nat(1000),
        life: fc.integer({ min: 1, max: 1000 }),
        bad: fc.boolean(),
      })
      .map(({ keyNo, nbf, life, bad }) => key(keyNo, nbf, nbf + life, bad));
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { selector: ({ keyNo }) => keyNo }), fc.nat(2000), (keys, now) => {
        const signer = findSigner(keys, now, reach);
        if (!signer) return;
        expect(signer.compromised).toBe(false);
        expect(signer.nbf).toBeLessThanOrEqual(now);
        expect(signer.exp).toBeGreaterThanOrEqual(now + reach);
      }),
    );
  });
});

it('a key is active until a newer one signs, then retired; compromised is for ever', () => {
  const keys = [key(1, 0, 600), key(2, 500, 2000), key(3, 0, 2000, true)];
  const statusesAt = (seconds: number) => keys.map((one) => statusOf(one, keys, seconds));
  expect(statusesAt(499)).toEqual(['active', 'active', 'compromised']);
  expect(statusesAt(500)).toEqual(['retired', 'active', 'compromised']);
});
