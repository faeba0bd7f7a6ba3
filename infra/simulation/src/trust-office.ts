/** The issuer's public side: trust bundles and status lists as signed texts, newer ones and the old ones of a lagging mirror. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  buildStatusList,
  signStatusDelta,
  signStatusList,
  signTrustBundle,
  statuses,
  statusListUriFor,
  type KeyStatus,
  type PublishedStatusList,
  type SignBytes,
  type TrustBundle,
  type TrustIssuer,
} from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import type { ServiceDay } from '@vedong/travel';

export const issuerNumber = 1;
const listUri = 'https://issuer.example/v1/status-lists/{serviceDay}';

/** Keys that are the same in every run: what they sign is too (Ed25519 is deterministic). */
function keyOf(letter: string) {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const privateKey = createPrivateKey({
    key: Buffer.concat([head, Buffer.alloc(32, letter)]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { x, publicKey: Buffer.from(x, 'base64url'), sign: ed25519Signer(privateKey) };
}
const root = keyOf('r');
export const issuerKeys = [keyOf('a'), keyOf('b')] as const;
/** Nobody believes it. */
export const strangerKey = keyOf('s');
export const rootKey = { kty: 'OKP' as const, crv: 'Ed25519' as const, x: root.x };

/** The same text again and again over thousands of runs. */
const signedTexts = new Map<string, Promise<string>>();
const textsMost = 20_000;
function signOnce(name: string, sign: () => Promise<string>): Promise<string> {
  const known = signedTexts.get(name);
  if (known) return known;
  if (signedTexts.size >= textsMost) signedTexts.clear();
  const text = sign();
  signedTexts.set(name, text);
  return text;
}

export interface BlockedCard {
  statusIdx: number;
  status: number;
  /** The lists of this version and of later ones say so. */
  sinceVersion: number;
}

/** `cards`: entries of each day's list. */
export function openTrustOffice(startsAtSeconds: number, cards: number) {
  const keyStates: KeyStatus[] = ['active', 'active'];
  const bundles: TrustBundle[] = [];
  const blocked: BlockedCard[] = [];
  let listVersion = 1;
  /** Of each list version, which key signed it. */
  const listKeys = [0];
  let signingKey = 0;
  const iat = startsAtSeconds - 3600;

  const entry = (): TrustIssuer => ({
    issuer: issuerNumber,
    name: 'Issuer',
    statusListUri: listUri,
    keys: issuerKeys.map(({ x }, index) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x,
      kid: `${issuerNumber}.${index + 1}`,
      alg: 'Ed25519',
      use: 'sig',
      nbf: startsAtSeconds - 90 * 86_400,
      exp: startsAtSeconds + 90 * 86_400,
      status: keyStates[index]!,
    })),
  });
  const publish = () =>
    bundles.push({
      iss: 'root',
      iat,
      exp: iat + 30 * 86_400,
      version: bundles.length + 1,
      issuers: [entry()],
    });
  publish();

  const entriesOf = (version: number) =>
    blocked
      .filter(({ sinceVersion }) => sinceVersion <= version)
      .map(({ statusIdx, status }) => [statusIdx, status] as const);
  const signerOf = (version: number) => {
    const key = listKeys[version - 1]!;
    return { kid: `${issuerNumber}.${key + 1}`, sign: issuerKeys[key]!.sign };
  };
  const listOf = (day: ServiceDay, version: number): PublishedStatusList => ({
    sub: statusListUriFor({ statusListUri: listUri }, day),
    version,
    iat,
    exp: iat + 7 * 86_400,
    ttl: 15,
    list: buildStatusList(cards, entriesOf(version)),
  });
  /** All that the text depends on. */
  const nameOf = (day: ServiceDay, version: number): string =>
    JSON.stringify([day, version, iat, cards, signerOf(version).kid, entriesOf(version)]);

  return {
    signingKey: () => signingKey,
    bundleVersion: () => bundles.length,
    listVersion: () => listVersion,
    /** Phones get certificates of the next key from now on; the one before counts on, or at once no more. */
    rotate(status: 'retired' | 'compromised') {
      keyStates[signingKey] = status;
      signingKey = 1 - signingKey;
      keyStates[signingKey] = 'active';
      listVersion += 1;
      listKeys.push(signingKey);
      publish();
    },
    block(statusIdx: number, status: number) {
      listVersion += 1;
      listKeys.push(signingKey);
      blocked.push({ statusIdx, status, sinceVersion: listVersion });
    },
    isBlocked: (statusIdx: number, version: number) =>
      blocked.some((card) => card.statusIdx === statusIdx && card.sinceVersion <= version),
    isCompromised: (keyNo: number, bundleVersion: number) =>
      bundles[bundleVersion - 1]?.issuers[0]?.keys[keyNo - 1]?.status === 'compromised',

    bundleText(version: number): Promise<string> {
      const bundle = bundles[version - 1]!;
      return signOnce(JSON.stringify(bundle), () => signTrustBundle(bundle, root.sign));
    },
    listText(day: ServiceDay, version: number): Promise<string> {
      return signOnce(`list ${nameOf(day, version)}`, () =>
        signStatusList(listOf(day, version), signerOf(version)),
      );
    },
    /** What leads from one version to a later one. */
    changesText(day: ServiceDay, from: number, to: number): Promise<string> {
      return signOnce(`changes ${from} ${nameOf(day, from)} ${nameOf(day, to)}`, () =>
        signStatusDelta(listOf(day, from), listOf(day, to), signerOf(to)),
      );
    },
  };
}
export type TrustOffice = ReturnType<typeof openTrustOffice>;

export const blockingStatuses = [statuses.invalid, statuses.suspended];

/** How an issuer's key signs tickets in a run with real signatures. */
export const realIssuerSigner = (key: number): SignBytes => issuerKeys[key]!.sign;
