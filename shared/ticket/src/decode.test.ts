import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  card,
  certificateClaims,
  deviceKey,
  signAsIssuer,
  signAsPhone,
  singleTicket,
} from '../tests/samples.ts';
import { encodeBase45 } from './base45.ts';
import { decodeTicket, readCertificate } from './decode.ts';
import { TicketFormatError } from './format-error.ts';
import { signCertificate, signDeviceTicket, signSingleTicket } from './sign.ts';
import { ticketKid } from './ticket.ts';

const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'));

const cards = fc.record({
  issuer: uint(16),
  keyNo: uint(16),
  cardRef: hex(8),
  statusIdx: uint(32),
  concession: uint(8),
  product: uint(16),
  scope: uint(16),
});

describe('a ticket read back', () => {
  it('says what was signed, profile S', async () => {
    await fc.assert(
      fc.asyncProperty(cards, uint(32), async (claims, slot) => {
        const text = await signSingleTicket({ ...claims, slot }, signAsIssuer);
        expect(decodeTicket(text)).toMatchObject({ profile: 'S', ...claims, slot });
        expect(text).toHaveLength(139);
      }),
    );
  });

  it('says what was signed, profile D', async () => {
    const proofs = fc.record({ slot: uint(32), clockAge: uint(8), challenge: fc.option(hex(8)) });
    const certificates = fc.record({ notBefore: uint(32), validMinutes: uint(16) });
    await fc.assert(
      fc.asyncProperty(cards, certificates, proofs, async (claims, times, proof) => {
        const certified = { ...claims, ...times, deviceKey };
        const certificate = await signCertificate(certified, signAsIssuer);
        expect(readCertificate(certificate)).toEqual(certified);
        const text = await signDeviceTicket({ certificate, ...proof }, signAsPhone);
        expect(decodeTicket(text)).toMatchObject({ profile: 'D', ...certified, ...proof });
        expect(text).toHaveLength(proof.challenge === null ? 295 : 307);
      }),
    );
  });

  it('names its key as JOSE does', async () => {
    expect(ticketKid(decodeTicket(await singleTicket()))).toBe('1.7');
  });
});

describe('any other text', () => {
  /** The class of what is thrown; a text that happens to be a ticket throws nothing. */
  const errorOf = (text: string): unknown => {
    try {
      decodeTicket(text);
      return TicketFormatError;
    } catch (error) {
      return (error as Error).constructor;
    }
  };

  it('is refused by the one error, whatever it is', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(errorOf(text)).toBe(TicketFormatError);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused by the one error, also behind the right prefix', () => {
    const digit = fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:abcé'));
    const texts = fc.string({ unit: digit, maxLength: 330 }).map((text) => `VD1:${text}`);
    fc.assert(
      fc.property(texts, (text) => {
        expect(errorOf(text)).toBe(TicketFormatError);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused at every wrong length', () => {
    for (let length = 0; length <= 210; length += 1) {
      for (const profile of [0, 1, 2, 3]) {
        const fits =
          (profile === 1 && length === 90) || (profile === 2 && (length === 194 || length === 202));
        const read = (): unknown => decodeTicket(`VD1:${encodeBase45(new Uint8Array(length).fill(profile))}`);
        if (fits) expect(read).not.toThrow();
        else expect(read).toThrow(TicketFormatError);
      }
    }
  });
});

describe('a certificate', () => {
  it('has its own length and profile', async () => {
    const certificate = await signCertificate(certificateClaims, signAsIssuer);
    expect(() => readCertificate(certificate.subarray(1))).toThrow(TicketFormatError);
    expect(() => readCertificate(certificate.with(0, 1))).toThrow(TicketFormatError);
    expect(readCertificate(certificate)).toMatchObject(card);
  });
});
