/** Phones of the tests: riders who sign in at the real issuer, with a certificate for each of some cards. */
import { generateKeyPairSync } from 'node:crypto';
import type { Client, IssuerApi } from '@vedong/contracts';
import { decodeTicket, signDeviceTicket, slotAt } from '@vedong/ticket';
import { es256Signer } from '@vedong/ticket/node';
import { SignJWT } from 'jose';
import { createSessionClient } from '../src/demo/session-client.ts';

export interface Phone {
  /** Signed in as its rider. */
  issuer: Client<IssuerApi>;
  cardId: string;
  cardRef: string;
  /** The issuer's key behind the certificate. */
  keyNo: number;
  /** The code it shows now, with no network. */
  show: () => Promise<string>;
}

export async function makePhones(issuerUrl: string, phone: string, count: number): Promise<Phone[]> {
  const issuer = createSessionClient<IssuerApi>(issuerUrl);
  const { demoCode = '' } = await issuer('POST /v1/sign-in/codes', { body: { phone } });
  await issuer('POST /v1/sign-in', { body: { phone, code: demoCode } });
  const phones: Phone[] = [];
  for (let number = 0; number < count; number += 1) phones.push(await makePhone(issuer, `Thẻ ${number}`));
  return phones;
}

async function makePhone(issuer: Client<IssuerApi>, nickname: string): Promise<Phone> {
  const { cardId } = await issuer('POST /v1/cards', { body: { nickname, colour: 'lake' } });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const proof = await new SignJWT({ cardId, iat: Math.floor(Date.now() / 1000) })
    .setProtectedHeader({ alg: 'ES256', typ: 'vd1-pop', jwk: publicKey.export({ format: 'jwk' }) })
    .sign(privateKey);
  const params = { cardId };
  const { certificates } = await issuer('POST /v1/cards/{cardId}/certificates', { params, body: { proof } });
  const certificate = new Uint8Array(Buffer.from(certificates[0]?.certificate ?? '', 'base64url'));
  const show = () =>
    signDeviceTicket(
      { certificate, slot: slotAt(Date.now() / 1000), clockAge: 1, challenge: null },
      es256Signer(privateKey),
    );
  const { cardRef, keyNo } = decodeTicket(await show());
  return { issuer, cardId, cardRef, keyNo, show };
}
