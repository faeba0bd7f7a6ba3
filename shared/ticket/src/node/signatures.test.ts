import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withVectorLibrary } from '../../tests/vector-library.ts';
import { deviceKey, issuerPublicJwk, signAsIssuer, signAsPhone } from '../../tests/samples.ts';
import { decodeBase64url } from '../base64url.ts';
import { compressDeviceKey } from '../device-key.ts';
import { webSignatures } from '../web-signatures.ts';
import { nodeSignatures, threadedSignatures } from './index.ts';

const implementations = [
  ['node:crypto', nodeSignatures],
  ['node:crypto in threads', threadedSignatures],
  ['WebCrypto', webSignatures],
] as const;

const data = new TextEncoder().encode('text');
const issuerKey = decodeBase64url(issuerPublicJwk.x!)!;

describe.each(implementations)('signatures by %s', (_, signatures) => {
  it('take good signatures and none of another length, key or text', async () => {
    const ed25519 = await signAsIssuer(data);
    const es256 = await signAsPhone(data);
    const other = new TextEncoder().encode('next');
    expect(await signatures.verifyEd25519(issuerKey, data, ed25519)).toBe(true);
    expect(await signatures.verifyEs256(deviceKey, data, es256)).toBe(true);
    expect(await signatures.verifyEd25519(issuerKey, other, ed25519)).toBe(false);
    expect(await signatures.verifyEs256(deviceKey, other, es256)).toBe(false);
    expect(await signatures.verifyEd25519(issuerKey, data, ed25519.subarray(1))).toBe(false);
    expect(await signatures.verifyEs256(deviceKey, data, es256.subarray(1))).toBe(false);
    expect(await signatures.verifyEs256(deviceKey.with(0, 4), data, es256)).toBe(false);
    expect(await signatures.verifyEs256(deviceKey.with(0, deviceKey[0] === 2 ? 3 : 2), data, es256)).toBe(
      false,
    );
  });

  it('know SHA-256', async () => {
    const digest = await signatures.sha256(new TextEncoder().encode('abc'));
    expect(Buffer.from(digest).toString('hex')).toMatch(/^ba7816bf8f01cfea.*f20015ad$/);
  });

  it('refuse an R that is not in its one encoding', async () => {
    // The point (0, 1) as y = p + 1: a lenient verifier would reduce it.
    const r = new Uint8Array(32).fill(255).with(0, 0xee).with(31, 0x7f);
    expect(await signatures.verifyEd25519(issuerKey, data, Uint8Array.of(...r, ...new Uint8Array(32)))).toBe(
      false,
    );
  });
});

it('phone keys are remembered, and forgotten after many others, without a change of answer', async () => {
  const signature = await signAsPhone(data);
  const answers = new Set<unknown>();
  for (let number = 0; number < 10_000; number += 1) {
    const stranger = Uint8Array.from(deviceKey);
    new DataView(stranger.buffer).setUint32(29, number);
    answers.add(nodeSignatures.verifyEs256(stranger, data, signature));
  }
  expect(answers).toEqual(new Set([false]));
  expect(nodeSignatures.verifyEs256(deviceKey, data, signature)).toBe(true);
}, 30_000);

interface Wycheproof<Group> {
  testGroups: (Group & {
    tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  })[];
}

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, 'hex'));

withVectorLibrary("Wycheproof's Ed25519 and ES256 tests are", (read) => {
  const folder = 'public/wycheproof';
  const ed25519 = read(`${folder}/ed25519_test.json`) as Wycheproof<{ publicKey: { pk: string } }>;
  const es256 = read(`${folder}/ecdsa_secp256r1_sha256_p1363_test.json`) as Wycheproof<{
    publicKeyPem: string;
  }>;

  describe.each(implementations)('Wycheproof by %s', (_, signatures) => {
    it('Ed25519: 151 tests', async () => {
      const wrong: number[] = [];
      let run = 0;
      for (const { publicKey, tests } of ed25519.testGroups) {
        for (const { tcId, msg, sig, result } of tests) {
          const isGood = await signatures.verifyEd25519(bytesOf(publicKey.pk), bytesOf(msg), bytesOf(sig));
          if (isGood !== (result === 'valid')) wrong.push(tcId);
          run += 1;
        }
      }
      expect({ run, wrong }).toEqual({ run: 151, wrong: [] });
    });

    it('ES256 with raw signatures: 262 tests', async () => {
      const wrong: number[] = [];
      let run = 0;
      for (const { publicKeyPem, tests } of es256.testGroups) {
        const key = compressDeviceKey(createPublicKey(publicKeyPem).export({ format: 'jwk' }));
        for (const { tcId, msg, sig, result } of tests) {
          const isGood = await signatures.verifyEs256(key, bytesOf(msg), bytesOf(sig));
          if (isGood !== (result === 'valid')) wrong.push(tcId);
          run += 1;
        }
      }
      expect({ run, wrong }).toEqual({ run: 262, wrong: [] });
    });

    it("RFC 7515's ES256 example and its twin are both good", async () => {
      const { jws } = read('public/jose.json') as {
        jws: { name: string; publicJwk: object; compact: string; twin?: string }[];
      };
      const { publicJwk, compact, twin } = jws.find(({ name }) => name === 'rfc7515-a3-es256')!;
      for (const text of [compact, twin!]) {
        const end = text.lastIndexOf('.');
        const signature = decodeBase64url(text.slice(end + 1))!;
        const input = new TextEncoder().encode(text.slice(0, end));
        expect(await signatures.verifyEs256(compressDeviceKey(publicJwk), input, signature)).toBe(true);
      }
    });
  });
});
