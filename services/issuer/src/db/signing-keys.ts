/** Signing keys (private halves sealed) and the trust bundles that published them. */
import { sql } from 'kysely';
import type { SigningKey } from '../signing-key.ts';
import type { IssuerDb } from './database.ts';

export interface SealedSigningKey extends SigningKey {
  privateSealed: Buffer;
}

/** Holds everybody else who changes keys back until the transaction ends. */
export async function lockKeys(db: IssuerDb): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('vedong issuer keys', 0))`.execute(db);
}

export async function listSigningKeys(db: IssuerDb, issuer: number): Promise<SealedSigningKey[]> {
  return db
    .selectFrom('signing_keys')
    .where('issuer', '=', issuer)
    .orderBy('key_no')
    .select(['key_no as keyNo', 'x', 'private_sealed as privateSealed', 'nbf', 'exp', 'compromised'])
    .execute();
}

export async function insertSigningKey(
  db: IssuerDb,
  issuer: number,
  { keyNo, x, privateSealed, nbf, exp }: Omit<SealedSigningKey, 'compromised'>,
): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({ issuer, key_no: keyNo, x, private_sealed: privateSealed, nbf, exp })
    .execute();
}

/** Keys that began before `nbf` count until `exp` at most. */
export async function shortenKeysBefore(
  db: IssuerDb,
  issuer: number,
  { nbf, exp }: { nbf: number; exp: number },
): Promise<void> {
  await db
    .updateTable('signing_keys')
    .set({ exp })
    .where('issuer', '=', issuer)
    .where('nbf', '<', nbf)
    .where('exp', '>', exp)
    .execute();
}

export async function markCompromised(db: IssuerDb, issuer: number, keyNo: number): Promise<void> {
  await db
    .updateTable('signing_keys')
    .set({ compromised: true })
    .where('issuer', '=', issuer)
    .where('key_no', '=', keyNo)
    .execute();
}

export interface StoredBundle {
  version: number;
  /** The root key that signed it, base64url. */
  rootX: string;
  jws: string;
}

export async function findNewestBundle(db: IssuerDb): Promise<StoredBundle | undefined> {
  return db
    .selectFrom('trust_bundles')
    .orderBy('version', 'desc')
    .limit(1)
    .select(['version', 'root_x as rootX', 'jws'])
    .executeTakeFirst();
}

export async function insertBundle(db: IssuerDb, { version, rootX, jws }: StoredBundle): Promise<void> {
  await db.insertInto('trust_bundles').values({ version, root_x: rootX, jws }).execute();
}
