import { createECDH, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compressDeviceKey, decompressDeviceKey } from './device-key.ts';

const newJwk = (): { kty?: string; crv?: string; x?: string; y?: string } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

describe('a device key', () => {
  it('is the compressed point, and comes back whole', () => {
    for (let round = 0; round < 50; round += 1) {
      const ecdh = createECDH('prime256v1');
      const compressed = ecdh.generateKeys(null, 'compressed');
      const jwk = decompressDeviceKey(compressed)!;
      expect(createPublicKey({ key: { ...jwk }, format: 'jwk' }).asymmetricKeyDetails?.namedCurve).toBe(
        'prime256v1',
      );
      expect(Buffer.from(jwk.y, 'base64url')).toEqual(ecdh.getPublicKey().subarray(33));
      expect(compressDeviceKey(jwk)).toEqual(Uint8Array.from(compressed));
    }
  });

  it.each(['kty', 'crv', 'x', 'y'] as const)('is refused as a JWK whose %s is wrong', (member) => {
    expect(() => compressDeviceKey({ ...newJwk(), [member]: 'AAAA' })).toThrow(RangeError);
  });

  it('is undefined for bytes that are no point', () => {
    const good = compressDeviceKey(newJwk());
    const xIsOne = Uint8Array.of(2, ...new Uint8Array(31), 1);
    const xOverP = new Uint8Array(33).fill(255).with(0, 2);
    expect(decompressDeviceKey(good)).toBeDefined();
    for (const bad of [good.with(0, 4), good.with(0, 0), good.slice(0, 32), xIsOne, xOverP]) {
      expect(decompressDeviceKey(bad)).toBeUndefined();
    }
  });
});
