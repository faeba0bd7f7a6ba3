import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

describe('base64url', () => {
  it('agrees with Node and gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64url(text)).toEqual(bytes);
      }),
    );
  });

  it.each(['AA==', 'AB', 'AAB', 'A', 'AA A', 'A+/A', 'AA\n', 'ĀĀ'])('has no bytes for %j', (text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });
});
