import { describe, expect, it } from 'vitest';
import { issuerTrustKey } from '../tests/samples.ts';
import { createKeySet, toJwks } from './key-set.ts';

const withKey = (change: object): Parameters<typeof createKeySet>[0] => ({
  issuers: [{ issuer: 1, keys: [{ ...issuerTrustKey, ...change }] }],
});

describe('a key set', () => {
  it('finds a key under its issuer alone', () => {
    const keys = createKeySet({ issuers: [...withKey({}).issuers, { issuer: 2, keys: [] }] });
    expect(keys.find(1, 7)).toMatchObject({ status: 'active' });
    expect(keys.find(2, 7)).toBeUndefined();
    expect([1, 2, 3].map(keys.hasIssuer)).toEqual([true, true, false]);
  });

  it.each(['2.7', '1.07', '1.65536', '1.', '1', '01.7', '1.7.7', '1.7 ', '1.7e0', '1.-1'])(
    'refuses the kid %j',
    (kid) => {
      expect(() => createKeySet(withKey({ kid }))).toThrow(RangeError);
    },
  );

  it.each(['', 'AAAA', `${issuerTrustKey.x}=`])('refuses the key %j', (x) => {
    expect(() => createKeySet(withKey({ x }))).toThrow(RangeError);
  });
});

it('a JWKS has the public members of every key that is not compromised', () => {
  const { kty, crv, x, kid, alg, use } = issuerTrustKey;
  expect(toJwks(withKey({}))).toEqual({ keys: [{ kty, crv, x, kid, alg, use }] });
  expect(toJwks(withKey({ status: 'retired' })).keys).toHaveLength(1);
  expect(toJwks(withKey({ status: 'compromised' })).keys).toEqual([]);
});
