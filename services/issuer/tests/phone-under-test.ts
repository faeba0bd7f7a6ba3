/** A phone with a key of its own, in software. */
import { generateKeyPairSync } from 'node:crypto';
import { clockAgeOf, signDeviceTicket, slotAt } from '@vedong/ticket';
import { es256Signer } from '@vedong/ticket/node';
import { SignJWT, type JWTPayload } from 'jose';

export interface Phone {
  jwk: object;
  /** The JWS that POST …/certificates asks for; `header` and `payload` replace members of a good one. */
  prove(
    cardId: string,
    atMilliseconds: number,
    changes?: { header?: object; payload?: object },
  ): Promise<string>;
  /** The code the phone shows, from a certificate in base64url. */
  show(certificate: string, atMilliseconds: number): Promise<string>;
}

export function makePhone(): Phone {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    jwk,
    prove(cardId, atMilliseconds, { header = {}, payload = {} } = {}) {
      const claims = { cardId, iat: Math.floor(atMilliseconds / 1000), ...payload } as JWTPayload;
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'vd1-pop', jwk, ...header })
        .sign(privateKey);
    },
    show: (certificate, atMilliseconds) =>
      signDeviceTicket(
        {
          certificate: new Uint8Array(Buffer.from(certificate, 'base64url')),
          slot: slotAt(atMilliseconds / 1000),
          clockAge: clockAgeOf(0),
          challenge: null,
        },
        es256Signer(privateKey),
      ),
  };
}
