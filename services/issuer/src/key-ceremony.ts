/** What the keys command does: make, replace and condemn signing keys, and publish them under the root key. */
import { generateKeyPairSync } from 'node:crypto';
import { ConfigError } from '@vedong/runtime/config';
import { kidOf, signTrustBundle, type KeyStatus, type TrustBundle, type TrustIssuer } from '@vedong/ticket';
import { decodeJwt } from 'jose';
import type { KeysConfig } from './config.ts';
import type { IssuerDb } from './db/database.ts';
import {
  findNewestBundle,
  insertBundle,
  insertSigningKey,
  listSigningKeys,
  lockKeys,
  markCompromised,
  shortenKeysBefore,
  type StoredBundle,
} from './db/signing-keys.ts';
import { hasRootKey, makeRootKey, openRootKey, type RootKey } from './root-key.ts';
import { findSigner, statusOf, type SigningKey } from './signing-key.ts';
import type { Vault } from './vault.ts';

export interface Ceremony {
  db: IssuerDb;
  vault: Vault;
  config: KeysConfig;
  nowSeconds: number;
}

export interface ListedKey extends SigningKey {
  kid: string;
  status: KeyStatus;
}

/** A first key counts at gates whose clocks are this much behind. */
const clockToleranceSeconds = 60;

/**
 * Root key, signing key and bundle are there and fresh afterwards; changes nothing where they already are.
 * Run it at every start and daily: it renews a bundle past half its life and a signing key near its end.
 */
export async function initKeys(ceremony: Ceremony): Promise<void> {
  await underLock(ceremony, async (locked) => {
    const newest = await findNewestBundle(locked.db);
    if (!newest && !hasRootKey(locked.config.rootKeyFile)) {
      makeRootKey(locked.config.rootKeyFile, locked.vault);
    }
    const root = openRootFor(locked, newest);
    await ensureSigner(locked);
    if (!newest || !isFresh(newest, locked.nowSeconds) || (await isOutdated(locked, newest))) {
      await publish(locked, root, newest);
    }
  });
}

/** A new key, published now, signs after KEY_LEAD_SECONDS; the ones before it count until their last ticket has ended. */
export async function rotateKeys(ceremony: Ceremony): Promise<void> {
  await changeKeys(ceremony, (locked) =>
    addSigningKey(locked, locked.nowSeconds + locked.config.keyLeadSeconds),
  );
}

/** Gates refuse everything the key signed as soon as they have the new bundle. Throws ConfigError for a kid that is not ours. */
export async function condemnKey(ceremony: Ceremony, kid: string): Promise<void> {
  await changeKeys(ceremony, async (locked) => {
    const { issuerNumber } = locked.config;
    const keys = await listSigningKeys(locked.db, issuerNumber);
    const key = keys.find(({ keyNo }) => kidOf(issuerNumber, keyNo) === kid);
    if (!key) throw new ConfigError(`There is no signing key ${kid}. "keys list" shows those there are.`);
    await markCompromised(locked.db, issuerNumber, key.keyNo);
    await ensureSigner(locked);
  });
}

/** Signs the bundle anew, version + 1. */
export async function publishBundle(ceremony: Ceremony): Promise<void> {
  await changeKeys(ceremony, async () => {});
}

export async function listKeys({ db, config, nowSeconds }: Ceremony): Promise<ListedKey[]> {
  const keys = await listSigningKeys(db, config.issuerNumber);
  return keys.map((key) => ({
    ...key,
    kid: kidOf(config.issuerNumber, key.keyNo),
    status: statusOf(key, keys, nowSeconds),
  }));
}

/** A change and its publication happen together or not at all. */
async function changeKeys(ceremony: Ceremony, change: (locked: Ceremony) => Promise<void>): Promise<void> {
  await underLock(ceremony, async (locked) => {
    const newest = await findNewestBundle(locked.db);
    if (!newest) throw new ConfigError('There are no keys yet. Run "keys init" first.');
    const root = openRootFor(locked, newest);
    await change(locked);
    await publish(locked, root, newest);
  });
}

async function underLock(ceremony: Ceremony, work: (locked: Ceremony) => Promise<void>): Promise<void> {
  await ceremony.db.transaction().execute(async (db) => {
    await lockKeys(db);
    await work({ ...ceremony, db });
  });
}

/** Gates pin one root key: a bundle by another would be refused by all of them. */
function openRootFor({ config, vault }: Ceremony, newest: StoredBundle | undefined): RootKey {
  if (!hasRootKey(config.rootKeyFile)) {
    throw new ConfigError(
      `The root key file ${config.rootKeyFile} is not there, but gates already trust the key it held. ` +
        'Restore it from its backup or correct ROOT_KEY_FILE.',
    );
  }
  const root = openRootKey(config.rootKeyFile, vault);
  if (newest && newest.rootX !== root.x) {
    throw new ConfigError(
      `${config.rootKeyFile} holds another root key than the one that gates trust. Correct ROOT_KEY_FILE.`,
    );
  }
  return root;
}

/** Makes a key where none signs now, or none will when the bundle ends. */
async function ensureSigner(ceremony: Ceremony): Promise<void> {
  const { nowSeconds, config } = ceremony;
  const keys = await listSigningKeys(ceremony.db, config.issuerNumber);
  const signsAt = (seconds: number) => findSigner(keys, seconds, config.ticketReachSeconds) !== undefined;
  if (!signsAt(nowSeconds)) await addSigningKey(ceremony, nowSeconds - clockToleranceSeconds);
  else if (!signsAt(nowSeconds + config.bundleSeconds)) {
    await addSigningKey(ceremony, nowSeconds + config.keyLeadSeconds);
  }
}

async function addSigningKey({ db, vault, config }: Ceremony, nbf: number): Promise<void> {
  const keys = await listSigningKeys(db, config.issuerNumber);
  const keyNo = 1 + Math.max(0, ...keys.map((key) => key.keyNo));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  await shortenKeysBefore(db, config.issuerNumber, { nbf, exp: nbf + config.ticketReachSeconds });
  await insertSigningKey(db, config.issuerNumber, {
    keyNo,
    x,
    privateSealed: vault.seal('signing-key', kidOf(config.issuerNumber, keyNo), der),
    nbf,
    exp: nbf + config.signingKeySeconds,
  });
}

async function publish(ceremony: Ceremony, root: RootKey, newest: StoredBundle | undefined): Promise<void> {
  const { config, nowSeconds } = ceremony;
  const version = (newest?.version ?? 0) + 1;
  const bundle: TrustBundle = {
    iss: config.publicUrl,
    iat: nowSeconds,
    exp: nowSeconds + config.bundleSeconds,
    version,
    issuers: [await describeIssuer(ceremony)],
  };
  await insertBundle(ceremony.db, { version, rootX: root.x, jws: await signTrustBundle(bundle, root.sign) });
}

async function describeIssuer(ceremony: Ceremony): Promise<TrustIssuer> {
  const { config, nowSeconds } = ceremony;
  const keys = await listKeys(ceremony);
  return {
    issuer: config.issuerNumber,
    name: config.issuerName,
    keys: keys
      .filter(({ exp }) => exp > nowSeconds)
      .map(({ kid, x, nbf, exp, status }) => ({
        kty: 'OKP',
        crv: 'Ed25519',
        x,
        kid,
        alg: 'Ed25519',
        use: 'sig',
        nbf,
        exp,
        status,
      })),
    statusListUri: `${config.publicUrl}/v1/status-lists/{serviceDay}`,
  };
}

function isFresh({ jws }: StoredBundle, nowSeconds: number): boolean {
  const { iat, exp } = decodeJwt<TrustBundle>(jws);
  return nowSeconds < (iat + exp) / 2;
}

/** Whether a bundle made now would say something else. */
async function isOutdated(ceremony: Ceremony, { jws }: StoredBundle): Promise<boolean> {
  const { issuers } = decodeJwt<TrustBundle>(jws);
  return JSON.stringify(issuers) !== JSON.stringify([await describeIssuer(ceremony)]);
}
