import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault, VaultError } from './vault.ts';

const vault = createVault('a-key-encryption-key-of-32-characters');
const other = createVault('b-key-encryption-key-of-32-characters');
const secret = Buffer.from('a secret');

describe('a sealed secret', () => {
  it('opens again, and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, owner) => {
        const sealed = vault.seal('phone', owner, bytes);
        expect(new Uint8Array(vault.open('phone', owner, sealed))).toEqual(bytes);
        expect(vault.seal('phone', owner, bytes)).not.toEqual(sealed);
      }),
    );
  });

  it('opens for its own key, purpose and owner only', () => {
    const sealed = vault.seal('signing-key', '1.1', secret);
    expect(() => other.open('signing-key', '1.1', sealed)).toThrow(VaultError);
    expect(() => vault.open('root-key', '1.1', sealed)).toThrow(VaultError);
    expect(() => vault.open('signing-key', '1.2', sealed)).toThrow(VaultError);
  });

  it('does not open with any byte changed or missing', () => {
    const sealed = vault.seal('phone', 'owner', secret);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      expect(() => vault.open('phone', 'owner', changed)).toThrow(VaultError);
      expect(() => vault.open('phone', 'owner', sealed.subarray(0, index))).toThrow(VaultError);
    }
  });
});

it('a keyed hash depends on the text, the purpose and the key', () => {
  const hashes = [
    vault.hash('phone', '+84912000001'),
    vault.hash('phone', '+84912000002'),
    vault.hash('rate-limit', '+84912000001'),
    other.hash('phone', '+84912000001'),
  ].map((hash) => hash.toString('hex'));
  expect(new Set(hashes)).toHaveLength(4);
  expect(vault.hash('phone', '+84912000001').toString('hex')).toBe(hashes[0]);
});
