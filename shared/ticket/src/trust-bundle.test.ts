import { compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  issuerPublicJwk,
  issuerTrustKey,
  nowSeconds,
  phonePublicJwk,
  signAsIssuer,
} from '../tests/samples.ts';
import { encodeBase64url } from './base64url.ts';
import { signTrustBundle, statusListUriFor, verifyTrustBundle, type TrustBundle } from './trust-bundle.ts';

const bundle: TrustBundle = {
  iss: 'https://authority.example',
  iat: nowSeconds - 10,
  exp: nowSeconds + 86_400,
  version: 5,
  issuers: [
    {
      issuer: 1,
      name: 'Hà Nội',
      keys: [issuerTrustKey, { ...issuerTrustKey, kid: '1.8', status: 'retired' }],
      statusListUri: 'https://issuer.example/v1/status-lists/{serviceDay}',
    },
  ],
};

const root = { kty: 'OKP', ...issuerPublicJwk };
const reader = { nowSeconds, minimumVersion: 5 };
const utf8 = new TextEncoder();

/** A JWS with good root signature over any header and payload text. */
async function signedTexts(header: string, payload: string): Promise<string> {
  const input = `${encodeBase64url(utf8.encode(header))}.${encodeBase64url(utf8.encode(payload))}`;
  return `${input}.${encodeBase64url(await signAsIssuer(utf8.encode(input)))}`;
}

const header = '{"alg":"Ed25519","typ":"vd1-trust"}';
const verify = (jws: string): Promise<TrustBundle> => verifyTrustBundle(jws, root, reader);

describe('a trust bundle', () => {
  it('comes back as it was signed', async () => {
    expect(await verify(await signTrustBundle(bundle, signAsIssuer))).toEqual(bundle);
  });

  it('is a JWS that jose verifies', async () => {
    const jws = await signTrustBundle(bundle, signAsIssuer);
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK(root, 'Ed25519'));
    expect(protectedHeader).toEqual({ alg: 'Ed25519', typ: 'vd1-trust' });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(bundle);
  });

  it('says where a status list is', () => {
    expect(statusListUriFor(bundle.issuers[0]!, '2026-11-23')).toBe(
      'https://issuer.example/v1/status-lists/2026-11-23',
    );
  });

  it('may have members a later version adds; they are left out', async () => {
    expect(await verify(await signedTexts(header, JSON.stringify({ ...bundle, later: 1 })))).toEqual(bundle);
  });
});

describe('a bundle out of its time', () => {
  const refuse = async (change: Partial<TrustBundle>): Promise<unknown> =>
    verify(await signTrustBundle({ ...bundle, ...change }, signAsIssuer)).catch((error: unknown) => error);

  it('is refused with its code', async () => {
    expect(await refuse({ version: 4 })).toMatchObject({ code: 'version_too_low' });
    expect(await refuse({ exp: nowSeconds })).toMatchObject({ code: 'expired' });
    expect(await refuse({ iat: nowSeconds + 61 })).toMatchObject({ code: 'issued_in_future' });
  });

  it('counts for the grace that the reader gives', async () => {
    const jws = await signTrustBundle({ ...bundle, exp: nowSeconds - 60 }, signAsIssuer);
    const late = { ...reader, graceSeconds: 61 };
    expect(await verifyTrustBundle(jws, root, late)).toMatchObject({ version: 5 });
    await expect(verifyTrustBundle(jws, root, { ...late, graceSeconds: 60 })).rejects.toMatchObject({
      code: 'expired',
    });
  });
});

describe('a bundle of another form', () => {
  it.each([
    ['alg none', '{"alg":"none","typ":"vd1-trust"}'],
    ['HS256', '{"alg":"HS256","typ":"vd1-trust"}'],
    ['EdDSA', '{"alg":"EdDSA","typ":"vd1-trust"}'],
    ['another typ', '{"alg":"Ed25519","typ":"JWT"}'],
    ['a key of its own', '{"alg":"Ed25519","jwk":{},"typ":"vd1-trust"}'],
    ['crit', '{"alg":"Ed25519","crit":["b64"],"typ":"vd1-trust"}'],
    ['a kid', '{"alg":"Ed25519","kid":"1.7","typ":"vd1-trust"}'],
    ['members in another order', '{"typ":"vd1-trust","alg":"Ed25519"}'],
  ])('header: %s', async (_, otherHeader) => {
    const jws = await signedTexts(otherHeader, JSON.stringify(bundle));
    await expect(verify(jws)).rejects.toMatchObject({ code: 'malformed' });
  });

  const text = JSON.stringify(bundle);
  it.each([
    ['no JSON', 'bundle'],
    ['a list', '[]'],
    ['null', 'null'],
    ['spaces', ` ${text}`],
    ['a member twice', text.replace('"version":5', '"version":9,"version":5')],
    ['a number in another form', text.replace('"version":5', '"version":5.0')],
    ['a fraction', text.replace('"version":5', '"version":5.5')],
    ['a number as text', text.replace('"version":5', '"version":"5"')],
    ['no exp', text.replace(/"exp":\d+,"version"/, '"version"')],
    ['no version', text.replace('"version":5,', '')],
    ['__proto__ for claims', `{"__proto__":${text}}`],
    ['deep nesting', '['.repeat(50_000)],
    ['an issuer twice', JSON.stringify({ ...bundle, issuers: [bundle.issuers[0], bundle.issuers[0]] })],
    ['a key twice', text.replace('1.8', '1.7')],
    ["another issuer's key", text.replace('1.8', '2.8')],
    ['an unknown status', text.replace('retired', 'retiring')],
    ['a private key type', text.replace('"kty":"OKP"', '"kty":"oct"')],
    ['a short key', text.replace(/"x":".{43}"/, '"x":"AAAA"')],
    ['no place for the day', text.replace('{serviceDay}', 'today')],
  ])('payload: %s', async (_, payload) => {
    await expect(verify(await signedTexts(header, payload))).rejects.toMatchObject({
      name: 'TrustError',
      code: 'malformed',
    });
  });

  it('text: every alias and every size', async () => {
    const jws = await signTrustBundle(bundle, signAsIssuer);
    for (const alias of [`${jws}=`, ` ${jws}`, `${jws}\n`, `${jws}.`, jws.replace('.', '..'), 'a.b', '']) {
      await expect(verify(alias)).rejects.toMatchObject({ code: 'malformed' });
    }
    await expect(verify('A'.repeat(1_000_001))).rejects.toMatchObject({ code: 'too_large' });
  });

  it('signature: changed, of another key, for another text', async () => {
    const jws = await signTrustBundle(bundle, signAsIssuer);
    const [h, p, s] = jws.split('.');
    const otherPayload = (await signTrustBundle({ ...bundle, version: 6 }, signAsIssuer)).split('.')[1];
    await expect(verify(`${h}.${otherPayload}.${s}`)).rejects.toMatchObject({ code: 'bad_signature' });
    await expect(verify(`${h}.${p}.${s!.slice(0, 40)}`)).rejects.toMatchObject({ code: 'bad_signature' });
    const otherRoot = { ...root, x: encodeBase64url(new Uint8Array(32).fill(9)) };
    await expect(verifyTrustBundle(jws, otherRoot, reader)).rejects.toMatchObject({ code: 'bad_signature' });
  });
});

it('a root key that is none is the mistake of the caller', async () => {
  const jws = await signTrustBundle(bundle, signAsIssuer);
  await expect(verifyTrustBundle(jws, { kty: 'EC', ...phonePublicJwk }, reader)).rejects.toThrow(RangeError);
});

it('a bundle that would not verify is not signed', async () => {
  await expect(signTrustBundle({ ...bundle, version: -1 }, signAsIssuer)).rejects.toMatchObject({
    code: 'malformed',
  });
});
