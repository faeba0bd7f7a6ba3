import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { issuerPublicJwk, issuerTrustKey, keys, nowSeconds, signAsIssuer } from '../tests/samples.ts';
import { withVectorLibrary } from '../tests/vector-library.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { inflate } from './inflate.ts';
import { createKeySet, type KeyStatus } from './key-set.ts';
import { jsonHeader, signJson } from './signed-json.ts';
import { unpackChanges } from './status-changes.ts';
import { buildStatusList, changeStatusList, StatusList } from './status-list.ts';
import {
  applyStatusDelta,
  signStatusChanges,
  signStatusDelta,
  signStatusList,
  verifyStatusDelta,
  verifyStatusList,
  type PublishedStatusList,
} from './status-token.ts';

const sub = 'https://issuer.example/v1/status-lists/2026-11-23';
const signer = { kid: '1.7', sign: signAsIssuer };
const reader = { keys, issuer: 1, sub, nowSeconds, minimumVersion: 1 };

const published: PublishedStatusList = {
  sub,
  version: 1,
  iat: nowSeconds - 5,
  exp: nowSeconds + 3_600,
  ttl: 60,
  list: buildStatusList(1_000, [
    [5, 1],
    [999, 2],
  ]),
};

const later = (change: Partial<PublishedStatusList>): PublishedStatusList => ({
  ...published,
  version: 2,
  ...change,
});

describe('a signed status list', () => {
  it('comes back as it was published', async () => {
    expect(await verifyStatusList(await signStatusList(published, signer), reader)).toEqual(published);
  });

  it('is a Status List Token that jose verifies and any zlib reads', async () => {
    const jws = await signStatusList(published, signer);
    const options = { typ: 'statuslist+jwt', currentDate: new Date(nowSeconds * 1000), subject: sub };
    const { payload } = await jwtVerify(jws, { ...issuerPublicJwk, alg: 'Ed25519' }, options);
    expect(payload).toMatchObject({ ttl: 60, version: 1, status_list: { bits: 2 } });
  });

  it.each([
    ['version_too_low', { minimumVersion: 2 }],
    ['wrong_subject', { sub: sub.replace('23', '24') }],
    ['unknown_key', { issuer: 2 }],
    ['expired', { nowSeconds: nowSeconds + 3_600 }],
    ['issued_in_future', { nowSeconds: nowSeconds - 66 }],
    ['key_revoked', { nowSeconds: issuerTrustKey.exp }],
  ])('is refused as %s', async (code, change) => {
    const jws = await signStatusList(published, signer);
    await expect(verifyStatusList(jws, { ...reader, ...change })).rejects.toMatchObject({ code });
  });

  it('is refused from a compromised key and taken from a retired one', async () => {
    const jws = await signStatusList(published, signer);
    const under = (status: KeyStatus): Promise<PublishedStatusList> => {
      const source = { issuers: [{ issuer: 1, keys: [{ ...issuerTrustKey, status }] }] };
      return verifyStatusList(jws, { ...reader, keys: createKeySet(source) });
    };
    await expect(under('compromised')).rejects.toMatchObject({ code: 'key_revoked' });
    expect(await under('retired')).toMatchObject({ version: 1 });
  });

  it('is refused with a delta in its place, a changed signature, or too long', async () => {
    const delta = await signStatusDelta(published, later({}), signer);
    await expect(verifyStatusList(delta, reader)).rejects.toMatchObject({ code: 'malformed' });
    const jws = await signStatusList(published, signer);
    const unsigned = `${jws.slice(0, jws.lastIndexOf('.'))}.${encodeBase64url(new Uint8Array(64))}`;
    await expect(verifyStatusList(unsigned, reader)).rejects.toMatchObject({ code: 'bad_signature' });
    await expect(verifyStatusList('A'.repeat(8_000_001), reader)).rejects.toMatchObject({
      code: 'too_large',
    });
  });
});

describe('the list inside', () => {
  const signedWith = (statusList: unknown): Promise<string> => {
    const { list: _, ...facts } = published;
    return signJson(jsonHeader('statuslist+jwt', '1.7'), { ...facts, status_list: statusList }, signAsIssuer);
  };
  const bytes = new Uint8Array(8);
  const good = encodeBase64url(deflateSync(bytes));

  it.each([
    ['missing', undefined],
    ['a text', good],
    ['of 1 bit', { bits: 1, lst: good }],
    ['padded', { bits: 2, lst: `${good}=` }],
    ['empty', { bits: 2, lst: '' }],
    ['no zlib', { bits: 2, lst: encodeBase64url(deflateRawSync(bytes)) }],
    ['cut short', { bits: 2, lst: encodeBase64url(deflateSync(bytes).subarray(0, -1)) }],
    ['with a byte behind it', { bits: 2, lst: encodeBase64url(Uint8Array.of(...deflateSync(bytes), 0)) }],
  ])('is refused when %s', async (_, statusList) => {
    await expect(verifyStatusList(await signedWith(statusList), reader)).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  it('is refused when it is a compression bomb', async () => {
    const bomb = encodeBase64url(deflateSync(new Uint8Array(200_000_000)));
    const jws = await signedWith({ bits: 2, lst: bomb });
    await expect(verifyStatusList(jws, reader)).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('a delta', () => {
  it('leads from one list to the next, whatever changed', async () => {
    const entries = fc.array(fc.tuple(fc.nat(3_999), fc.integer({ min: 0, max: 3 })), { maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 4_000, max: 9_000 }), async (changes, size) => {
        const from = { ...published, list: buildStatusList(4_000, [[7, 1]]) };
        const to = later({ list: changeStatusList(from.list, size, changes) });
        const delta = await verifyStatusDelta(await signStatusDelta(from, to, signer), reader);
        expect(applyStatusDelta(from, delta)).toEqual(to);
      }),
      { numRuns: 30 },
    );
  });

  it('says the same when its issuer knows only the changes', async () => {
    const changes = [
      [0, 1],
      [3, 0],
      [998, 2],
    ] as const;
    const to = later({ list: changeStatusList(published.list, 0, changes) });
    const { list: _, ...facts } = to;
    const delta = { ...facts, fromVersion: 1, size: 1_000, changes };
    const verified = await verifyStatusDelta(await signStatusChanges(delta, signer), reader);
    expect(applyStatusDelta(published, verified)).toEqual(to);
    for (const change of [{ fromVersion: 2 }, { size: 998 }, { changes: [...changes].reverse() }]) {
      await expect(signStatusChanges({ ...delta, ...change }, signer)).rejects.toThrow(RangeError);
    }
  });

  it('of 1,000 changes among ten million cards takes at most 10 kB', async () => {
    const from = { ...published, list: buildStatusList(10_000_000, []) };
    const changes = Array.from({ length: 1_000 }, (_, n) => [(n * 7_654_321) % 10_000_000, 1] as const);
    const to = later({ list: changeStatusList(from.list, 0, changes) });
    const jws = await signStatusDelta(from, to, signer);
    expect(jws.length).toBeLessThanOrEqual(10_000);
    expect((await verifyStatusDelta(jws, reader)).changes).toHaveLength(1_000);
  });

  it('fits only the version and the list it begins at', async () => {
    const delta = await verifyStatusDelta(await signStatusDelta(published, later({}), signer), reader);
    for (const base of [
      later({}),
      { ...published, sub: 'other' },
      { ...published, list: buildStatusList(2_000, []) },
    ]) {
      expect(() => applyStatusDelta(base, delta)).toThrow(expect.objectContaining({ code: 'wrong_base' }));
    }
  });

  it('is not signed backwards or between two lists', async () => {
    for (const to of [published, later({ sub: 'other' }), later({ list: buildStatusList(4, []) })]) {
      await expect(signStatusDelta(published, to, signer)).rejects.toThrow(RangeError);
    }
  });

  it('is refused when a full list, of another day, expired or with a broken change', async () => {
    const list = await signStatusList(published, signer);
    await expect(verifyStatusDelta(list, reader)).rejects.toMatchObject({ code: 'malformed' });
    const delta = await signStatusDelta(published, later({}), signer);
    await expect(verifyStatusDelta(delta, { ...reader, sub: 'other' })).rejects.toMatchObject({
      code: 'wrong_subject',
    });
    const late = { ...reader, nowSeconds: published.exp };
    await expect(verifyStatusDelta(delta, late)).rejects.toMatchObject({ code: 'expired' });
    const { list: _, ...facts } = later({});
    for (const claims of [
      { from: 2, size: 1_000, changes: '' },
      { from: 1, size: 2 ** 40, changes: '' },
      { from: 1, size: 1_000, changes: '=' },
      { from: 1, size: 1_000, changes: encodeBase64url(Uint8Array.of(128)) },
    ]) {
      const broken = await signJson(
        jsonHeader('vd1-status-delta+jwt', '1.7'),
        { ...facts, ...claims },
        signAsIssuer,
      );
      await expect(verifyStatusDelta(broken, reader)).rejects.toMatchObject({ code: 'malformed' });
    }
  });

  it('has one packed form for its changes', () => {
    expect(unpackChanges(Uint8Array.of(1, 6, 0x81, 0x01), 1_000)).toEqual([
      [0, 1],
      [2, 2],
      [35, 1],
    ]);
    expect(unpackChanges(Uint8Array.of(0x81, 0x00), 1_000)).toBeUndefined();
    expect(unpackChanges(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0x01), 1_000)).toBeUndefined();
    expect(unpackChanges(Uint8Array.of(0xa1, 0x1f), 1_000)).toBeUndefined();
  });
});

interface LibraryList {
  bits: number;
  lst: string;
  size: number;
  statuses: number[];
}

withVectorLibrary("the IETF draft's status lists are", (read) => {
  const { short, long, reject } = read('public/status-list.json') as {
    short: LibraryList[];
    long: { bits: number; lst: string; size: number; default: number; statuses: [number, number][] }[];
    reject: { bits: number; lst: string; why: string; index?: number }[];
  };

  it('the two-bit example reads as the draft says', async () => {
    const { lst, statuses } = short.find(({ bits }) => bits === 2)!;
    const list = new StatusList(await inflate(decodeBase64url(lst)!, 100));
    expect(statuses.map((_, index) => list.get(index))).toEqual(statuses);
    expect(list.get(statuses.length)).toBeUndefined();
  });

  it('the two-bit list of a million reads as the draft says', async () => {
    const { lst, size, statuses, default: otherwise } = long.find(({ bits }) => bits === 2)!;
    const list = new StatusList(await inflate(decodeBase64url(lst)!, size));
    const listed = new Map(statuses);
    const wrong: number[] = [];
    for (let index = 0; index < size; index += 1) {
      if (list.get(index) !== (listed.get(index) ?? otherwise)) wrong.push(index);
    }
    expect({ size: list.size, wrong }).toEqual({ size, wrong: [] });
  });

  it.each(reject.filter(({ index, bits }) => index === undefined && [1, 2, 4, 8].includes(bits)))(
    'refuses: $why',
    async ({ lst }) => {
      const compressed = decodeBase64url(lst);
      const read = async (): Promise<unknown> => compressed && inflate(compressed, 1_000_000);
      expect(await read().catch(() => undefined)).toBeUndefined();
    },
  );
});
