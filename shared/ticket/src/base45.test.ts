import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withVectorLibrary } from '../tests/vector-library.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { TicketFormatError } from './format-error.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('writes and reads the example %s of RFC 9285', (plain, text) => {
    expect(encodeBase45(bytesOf(plain))).toBe(text);
    expect(decodeBase45(text)).toEqual(bytesOf(plain));
  });

  it.each([':::', 'GGW', 'V5', '::', 'bb8', 'A', 'BB80', 'BB\u00008', 'BBİ'])('refuses %j', (text) => {
    expect(() => decodeBase45(text)).toThrow(TicketFormatError);
  });

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase45(encodeBase45(bytes))).toEqual(bytes);
      }),
    );
  });

  it('takes no second text for the same bytes', () => {
    const digit = fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'));
    fc.assert(
      fc.property(fc.string({ unit: digit, maxLength: 30 }), (text) => {
        let bytes: Uint8Array;
        try {
          bytes = decodeBase45(text);
        } catch {
          return;
        }
        expect(encodeBase45(bytes)).toBe(text);
      }),
    );
  });
});

withVectorLibrary("base45.json's cases are", (read) => {
  const { encode, reject } = read('public/base45.json') as { encode: [string, string][]; reject: string[] };

  it.each(encode)('the library encodes %s as %s', (hex, text) => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(encodeBase45(bytes)).toBe(text);
    expect(decodeBase45(text)).toEqual(bytes);
  });

  it.each(reject)('the library refuses %j', (text) => {
    expect(() => decodeBase45(text)).toThrow(TicketFormatError);
  });
});
