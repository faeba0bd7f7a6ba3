/** An issuer, a phone and their tickets, for the tests of this package. */
import { generateKeyPairSync } from 'node:crypto';
import {
  compressDeviceKey,
  createKeySet,
  signCertificate,
  signDeviceTicket,
  signSingleTicket,
  type CardClaims,
  type TrustKey,
  type VerifyContext,
} from '@vedong/ticket';
import { ed25519Signer, es256Signer, nodeSignatures } from '@vedong/ticket/node';

/** The first second of a slot. */
export const nowSeconds = 1_800_000_000;
export const slotNow = nowSeconds / 15;

const issuer = generateKeyPairSync('ed25519');
const phone = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const signAsIssuer = ed25519Signer(issuer.privateKey);
export const signAsPhone = es256Signer(phone.privateKey);
export const issuerPublicJwk = issuer.publicKey.export({ format: 'jwk' });
export const phonePublicJwk = phone.publicKey.export({ format: 'jwk' });
export const deviceKey = compressDeviceKey(phonePublicJwk);

export const issuerTrustKey: TrustKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: issuerPublicJwk.x!,
  kid: '1.7',
  alg: 'Ed25519',
  use: 'sig',
  nbf: nowSeconds - 86_400,
  exp: nowSeconds + 86_400,
  status: 'active',
};

export const keys = createKeySet({ issuers: [{ issuer: 1, keys: [issuerTrustKey] }] });

export const card: CardClaims = {
  issuer: 1,
  keyNo: 7,
  cardRef: '0123456789abcdef',
  statusIdx: 5,
  concession: 0,
  product: 30,
  scope: 0,
};

export const certificateClaims = { ...card, notBefore: slotNow - 4, validMinutes: 60, deviceKey };

export const singleTicket = (): Promise<string> => signSingleTicket({ ...card, slot: slotNow }, signAsIssuer);

export const deviceTicket = async (challenge: string | null = null): Promise<string> =>
  signDeviceTicket(
    {
      certificate: await signCertificate(certificateClaims, signAsIssuer),
      slot: slotNow,
      clockAge: 3,
      challenge,
    },
    signAsPhone,
  );

export const gate: VerifyContext = {
  nowSeconds,
  keys,
  challenge: null,
  statusListFor: () => undefined,
  signatures: nodeSignatures,
};
