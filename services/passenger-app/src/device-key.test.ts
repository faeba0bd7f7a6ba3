import { compactVerify, importJWK, type JWK } from 'jose';
import { expect, test } from 'vitest';
import { canSignOnPhone, createDeviceKey, proveDeviceKey } from './device-key.ts';

test('the private key cannot be taken out', async () => {
  const { privateKey } = await createDeviceKey();
  expect(privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow(/extractable/);
});

test('the proof of possession is a JWS that names card and time and verifies under the key in its header', async () => {
  const keys = await createDeviceKey();
  const proof = await proveDeviceKey(keys, 'card-1', 1_795_432_150);
  const header = JSON.parse(Buffer.from(proof.split('.')[0]!, 'base64url').toString()) as { jwk: JWK };
  const verified = await compactVerify(proof, await importJWK(header.jwk, 'ES256'));
  expect(verified.protectedHeader).toMatchObject({ alg: 'ES256', typ: 'vd1-pop' });
  expect(Object.keys(header.jwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual({
    cardId: 'card-1',
    iat: 1_795_432_150,
  });
});

test('a browser that keeps keys signs on the phone', async () => {
  expect(await canSignOnPhone(async (key) => key)).toBe(true);
});

test('a browser that cannot keep a key, or gives back something else, does not', async () => {
  expect(await canSignOnPhone(() => Promise.reject(new DOMException('no', 'DataCloneError')))).toBe(false);
  expect(await canSignOnPhone(async () => ({}) as CryptoKey)).toBe(false);
});
