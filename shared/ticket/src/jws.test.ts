import { compactVerify, importJWK } from 'jose';
import { expect, it } from 'vitest';
import { deviceTicket, issuerPublicJwk, phonePublicJwk, singleTicket } from '../tests/samples.ts';
import { decodeTicket } from './decode.ts';
import { decompressDeviceKey } from './device-key.ts';
import { expandToJws } from './jws.ts';
import type { DeviceTicket } from './ticket.ts';

const issuerKey = await importJWK(issuerPublicJwk, 'Ed25519');

it('jose verifies an S ticket', async () => {
  const ticket = decodeTicket(await singleTicket());
  const jws = await expandToJws(ticket);
  const verified = await compactVerify('ticket' in jws ? jws.ticket : '', issuerKey);
  expect(verified.protectedHeader).toEqual({ alg: 'Ed25519', kid: '1.7', typ: 'vd1-s' });
  expect(verified.payload).toEqual(ticket.bytes.slice(0, 26));
});

it.each([null, '0011223344556677'])(
  'jose verifies both halves of a D ticket, challenge %s',
  async (challenge) => {
    const ticket = decodeTicket(await deviceTicket(challenge)) as DeviceTicket;
    const jws = await expandToJws(ticket);
    if (!('proof' in jws)) throw new Error('not a D ticket');

    const certificate = await compactVerify(jws.certificate, issuerKey);
    expect(certificate.protectedHeader).toEqual({ alg: 'Ed25519', kid: '1.7', typ: 'vd1-d' });
    expect(certificate.payload).toEqual(ticket.bytes.slice(0, 61));

    const phoneJwk = decompressDeviceKey(ticket.deviceKey)!;
    expect(phoneJwk).toMatchObject({ x: phonePublicJwk.x, y: phonePublicJwk.y });
    const proof = await compactVerify(jws.proof, await importJWK({ ...phoneJwk }, 'ES256'));
    expect(proof.protectedHeader).toEqual({ alg: 'ES256', typ: 'vd1-p' });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', ticket.bytes.slice(0, 125))).slice(
      0,
      16,
    );
    expect(proof.payload).toEqual(Uint8Array.of(...ticket.bytes.slice(125, -64), ...digest));
  },
);
