import { describe, expect, it } from 'vitest';
import { card, certificateClaims, gate, signAsIssuer, signAsPhone, slotNow } from '../tests/samples.ts';
import { compressDeviceKey } from './device-key.ts';
import { TicketFormatError } from './format-error.ts';
import { clockAgeOf, signCertificate, signDeviceTicket, signSingleTicket } from './sign.ts';
import { verifyTicket } from './verify.ts';
import { webDeviceSigner } from './web-signatures.ts';

describe('claims that do not fit', () => {
  it.each([
    { issuer: 65_536 },
    { keyNo: -1 },
    { cardRef: '0123456789ABCDEF' },
    { cardRef: '0123' },
    { statusIdx: 2 ** 32 },
    { concession: 0.5 },
    { product: Number.NaN },
    { scope: 65_536 },
    { slot: 2 ** 32 },
  ])('%j is a RangeError', async (claim) => {
    await expect(signSingleTicket({ ...card, slot: slotNow, ...claim }, signAsIssuer)).rejects.toThrow(
      RangeError,
    );
  });

  it.each([{ notBefore: -1 }, { validMinutes: 65_536 }, { deviceKey: new Uint8Array(65) }])(
    '%j of a certificate is a RangeError',
    async (claim) => {
      await expect(signCertificate({ ...certificateClaims, ...claim }, signAsIssuer)).rejects.toThrow(
        RangeError,
      );
    },
  );

  it('a proof needs a certificate, a challenge of 8 bytes and a signature of 64', async () => {
    const certificate = await signCertificate(certificateClaims, signAsIssuer);
    const proof = { certificate, slot: slotNow, clockAge: 0, challenge: null };
    await expect(signDeviceTicket({ ...proof, challenge: '00' }, signAsPhone)).rejects.toThrow(RangeError);
    await expect(signDeviceTicket({ ...proof, clockAge: 256 }, signAsPhone)).rejects.toThrow(RangeError);
    await expect(signDeviceTicket(proof, async () => new Uint8Array(70))).rejects.toThrow(RangeError);
    const wrong = { ...proof, certificate: certificate.slice(1) };
    await expect(signDeviceTicket(wrong, signAsPhone)).rejects.toThrow(TicketFormatError);
  });
});

it('a phone signs with a WebCrypto key that nobody can read out', async () => {
  const phone = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  const deviceKey = compressDeviceKey(await crypto.subtle.exportKey('jwk', phone.publicKey));
  const certificate = await signCertificate({ ...certificateClaims, deviceKey }, signAsIssuer);
  const proof = { certificate, slot: slotNow, clockAge: clockAgeOf(10), challenge: null };
  const text = await signDeviceTicket(proof, webDeviceSigner(phone.privateKey));
  expect(await verifyTicket(text, gate)).toMatchObject({ outcome: 'valid', ticket: { clockAge: 5 } });
});

describe('clockAge', () => {
  it('is the number of binary digits of the whole seconds, and one', () => {
    for (let seconds = 0; seconds < 5_000; seconds += 1) {
      expect(clockAgeOf(seconds + 0.9)).toBe((seconds === 0 ? 0 : seconds.toString(2).length) + 1);
    }
    for (let bits = 13; bits < 49; bits += 1) {
      expect(clockAgeOf(2 ** bits - 1)).toBe(bits + 1);
      expect(clockAgeOf(2 ** bits)).toBe(bits + 2);
    }
  });

  it('is 0 for unknown, also for a time that cannot be', () => {
    expect([null, -1, Number.NaN].map(clockAgeOf)).toEqual([0, 0, 0]);
    expect(clockAgeOf(Number.POSITIVE_INFINITY)).toBe(255);
  });
});
