/** Issued tickets to measure with: random claims, a fresh phone for each D ticket. */
import { generateKeyPairSync, randomBytes, randomInt, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  buildStatusList,
  compressDeviceKey,
  createKeySet,
  expandToJws,
  signCertificate,
  signDeviceTicket,
  signSingleTicket,
  slotAt,
  type CardClaims,
  type DecodedTicket,
  type TrustKey,
  type VerifyContext,
} from '@vedong/ticket';
import { ed25519Signer, es256Signer, nodeSignatures } from '@vedong/ticket/node';

/** The moment at which all tickets here are made and checked. */
export const nowSeconds = 1_795_420_410;
const slot = slotAt(nowSeconds);
const listSize = 1_000_000;

const issuer = generateKeyPairSync('ed25519');
const sign = ed25519Signer(issuer.privateKey);

export const issuerKeys: { publicKey: KeyObject; privateKey: KeyObject } = issuer;

/** What a gate holds that takes these tickets. */
export function gate(): VerifyContext {
  const key: TrustKey = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: issuer.publicKey.export({ format: 'jwk' }).x!,
    kid: '1.7',
    alg: 'Ed25519',
    use: 'sig',
    nbf: nowSeconds - 86_400,
    exp: nowSeconds + 86_400,
    status: 'active',
  };
  const list = buildStatusList(listSize, []);
  return {
    nowSeconds,
    keys: createKeySet({ issuers: [{ issuer: 1, keys: [key] }] }),
    challenge: null,
    statusListFor: () => list,
    signatures: nodeSignatures,
  };
}

export const randomCard = (): CardClaims => ({
  issuer: 1,
  keyNo: 7,
  cardRef: randomBytes(8).toString('hex'),
  statusIdx: randomInt(listSize),
  concession: randomInt(3),
  product: randomInt(65_536),
  scope: randomInt(65_536),
});

export const singleTicket = (card: CardClaims): Promise<string> => signSingleTicket({ ...card, slot }, sign);

/** A D ticket of a phone never seen before. */
export async function deviceTicket(card: CardClaims, challenge: string | null = null): Promise<string> {
  const phone = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const deviceKey = compressDeviceKey(phone.publicKey.export({ format: 'jwk' }));
  const certificate = await signCertificate(
    { ...card, notBefore: slot - 100, validMinutes: 1_440, deviceKey },
    sign,
  );
  return signDeviceTicket({ certificate, slot, clockAge: 7, challenge }, es256Signer(phone.privateKey));
}

/** The claims of an S ticket as a plain JWT, as short as one would write it: `exp` stands for the slot. */
export const jwtOfSameClaims = ({ issuer: iss, keyNo, cardRef, ...card }: CardClaims): Promise<string> =>
  new SignJWT({ idx: card.statusIdx, con: card.concession, pro: card.product, sco: card.scope })
    .setProtectedHeader({ alg: 'Ed25519', kid: `${iss}.${keyNo}` })
    .setSubject(cardRef)
    .setExpirationTime(nowSeconds + 45)
    .sign(issuerKeys.privateKey);

/** A signature taken apart for a bare verification: what is signed, and the signature. */
export interface BareSignature {
  data: Buffer;
  signature: Buffer;
}

/** The signatures of a ticket, ready for node:crypto. */
export async function bareSignatures(ticket: DecodedTicket): Promise<BareSignature[]> {
  return Object.values(await expandToJws(ticket)).map((jws) => {
    const end = jws.lastIndexOf('.');
    return { data: Buffer.from(jws.slice(0, end)), signature: Buffer.from(jws.slice(end + 1), 'base64url') };
  });
}
