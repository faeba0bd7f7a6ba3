import { generateKeyPairSync } from 'node:crypto';
import { compressDeviceKey, decodeTicket, signCertificate, slotAt, slotStart } from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { describe, expect, test } from 'vitest';
import { certificateAt, codeAt, isHalfUsed, keepCertificates, keepTickets } from './code-supply.ts';
import { createDeviceKey } from './device-key.ts';

const dayStart = slotStart(slotAt(Date.UTC(2026, 10, 22, 20) / 1000)); // 03:00 in Hanoi
const hour = 3600;
const sign = ed25519Signer(generateKeyPairSync('ed25519').privateKey);

async function certificatesFor(keys: CryptoKeyPair, starts: number[]): Promise<Uint8Array<ArrayBuffer>[]> {
  const deviceKey = compressDeviceKey(await crypto.subtle.exportKey('jwk', keys.publicKey));
  return Promise.all(
    starts.map((start, index) =>
      signCertificate(
        {
          issuer: 1,
          keyNo: 1,
          cardRef: `${index}`.repeat(16),
          statusIdx: index,
          concession: 0,
          product: 0,
          scope: 0,
          notBefore: slotAt(start),
          validMinutes: 26 * 60,
          deviceKey,
        },
        sign,
      ),
    ),
  );
}

describe('certificates', async () => {
  const keys = await createDeviceKey();
  const days = [dayStart, dayStart + 24 * hour];
  const supply = keepCertificates(keys.privateKey, await certificatesFor(keys, days), dayStart + hour);
  const [first, second] = supply.certificates;
  const chosenAt = (now: number, rideBeganAt: number | null = null) =>
    certificateAt(supply.certificates, now, rideBeganAt);

  test('last from their first second to their end, that second excluded', () => {
    expect(supply.endsAt).toBe(dayStart + 50 * hour);
    expect(chosenAt(dayStart - 1)).toBeUndefined();
    expect(chosenAt(dayStart)).toBe(first);
    expect(chosenAt(dayStart + 50 * hour - 1)).toBe(second);
    expect(chosenAt(dayStart + 50 * hour)).toBeUndefined();
  });

  test('where two days overlap, the new one counts as soon as a gate that is behind takes it too', () => {
    expect(chosenAt(dayStart + 24 * hour - 1)).toBe(first);
    expect(chosenAt(dayStart + 24 * hour + 59)).toBe(first);
    expect(chosenAt(dayStart + 24 * hour + 60)).toBe(second);
  });

  test('a ride that began the day before ends under the pseudonym it began with', () => {
    const now = dayStart + 25 * hour;
    expect(chosenAt(now, dayStart + 23 * hour)).toBe(first);
    expect(chosenAt(now, dayStart - 9 * hour)).toBe(first);
    expect(chosenAt(now, dayStart + 24 * hour)).toBe(second);
    expect(chosenAt(dayStart + 27 * hour, dayStart + 23 * hour)).toBe(second);
  });

  test('the code says the slot of now and how old the clock is', async () => {
    const moment = { nowSeconds: dayStart + hour + 7, clockAgeSeconds: 100, rideBeganAt: null };
    const ticket = decodeTicket((await codeAt(supply, moment))!);
    expect(ticket).toMatchObject({
      profile: 'D',
      cardRef: '0'.repeat(16),
      slot: slotAt(dayStart + hour),
      clockAge: 8,
      challenge: null,
    });
    expect(decodeTicket((await codeAt(supply, { ...moment, clockAgeSeconds: null }))!)).toMatchObject({
      clockAge: 0,
    });
  });

  test('there is no code after the end', async () => {
    const moment = { nowSeconds: supply.endsAt, clockAgeSeconds: 1, rideBeganAt: null };
    expect(await codeAt(supply, moment)).toBeUndefined();
  });
});

describe('ready tickets', () => {
  const slot = slotAt(dayStart);
  const tickets = Array.from({ length: 40 }, (_, index) => ({ slot: slot + index, ticket: `VD1:${index}` }));
  const supply = keepTickets(tickets, dayStart);

  test('are shown each in its own slot, until the last has passed', async () => {
    const at = (nowSeconds: number) => codeAt(supply, { nowSeconds, clockAgeSeconds: 0, rideBeganAt: null });
    expect(await at(dayStart + 14.9)).toBe('VD1:0');
    expect(await at(dayStart + 15)).toBe('VD1:1');
    expect(supply.endsAt).toBe(dayStart + 600);
    expect(await at(supply.endsAt)).toBeUndefined();
  });

  test('are half used after five minutes', () => {
    expect(isHalfUsed(supply, dayStart + 299)).toBe(false);
    expect(isHalfUsed(supply, dayStart + 300)).toBe(true);
  });
});

test('an answer without anything is used up at once', () => {
  expect(isHalfUsed(keepTickets([], 1000), 1000)).toBe(true);
});
