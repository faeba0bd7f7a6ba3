/** Riders, their one-time codes and their sessions. */
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';

/** Replaces the code sent before. */
export async function putSignInCode(
  db: IssuerDb,
  code: { phoneHash: Buffer; codeHash: Buffer; triesLeft: number; expiresAt: Date },
): Promise<void> {
  const values = { code_hash: code.codeHash, tries_left: code.triesLeft, expires_at: code.expiresAt };
  await db
    .insertInto('sign_in_codes')
    .values({ phone_hash: code.phoneHash, ...values })
    .onConflict((conflict) => conflict.column('phone_hash').doUpdateSet(values))
    .execute();
}

/** Takes one try and gives what the code must hash to; undefined without a code, after its time or its last try. */
export async function takeTry(db: IssuerDb, phoneHash: Buffer, now: Date): Promise<Buffer | undefined> {
  const row = await db
    .updateTable('sign_in_codes')
    .set({ tries_left: sql`tries_left - 1` })
    .where('phone_hash', '=', phoneHash)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now)
    .returning('code_hash')
    .executeTakeFirst();
  return row?.code_hash;
}

/** True for the one caller that uses the code up. */
export async function useUpCode(db: IssuerDb, phoneHash: Buffer, codeHash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sign_in_codes')
    .where('phone_hash', '=', phoneHash)
    .where('code_hash', '=', codeHash)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** The rider of a number: the given one is inserted where the number is new. */
export async function ensureRider(
  db: IssuerDb,
  rider: { riderId: string; phoneHash: Buffer; phoneSealed: Buffer; createdAt: Date },
): Promise<string> {
  const { rider_id: riderId } = await db
    .insertInto('riders')
    .values({
      rider_id: rider.riderId,
      phone_hash: rider.phoneHash,
      phone_sealed: rider.phoneSealed,
      created_at: rider.createdAt,
    })
    .onConflict((conflict) =>
      conflict.column('phone_hash').doUpdateSet({ phone_hash: sql`excluded.phone_hash` }),
    )
    .returning('rider_id')
    .executeTakeFirstOrThrow();
  return riderId;
}

export async function getSealedPhone(
  db: IssuerDb,
  riderId: string,
): Promise<{ phoneHash: Buffer; phoneSealed: Buffer }> {
  return db
    .selectFrom('riders')
    .where('rider_id', '=', riderId)
    .select(['phone_hash as phoneHash', 'phone_sealed as phoneSealed'])
    .executeTakeFirstOrThrow();
}

export async function insertSession(
  db: IssuerDb,
  session: { tokenHash: Buffer; riderId: string; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('sessions')
    .values({ token_hash: session.tokenHash, rider_id: session.riderId, expires_at: session.expiresAt })
    .execute();
}

export async function findSessionRider(
  db: IssuerDb,
  tokenHash: Buffer,
  now: Date,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('sessions')
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .select('rider_id')
    .executeTakeFirst();
  return row?.rider_id;
}

export async function deleteSession(db: IssuerDb, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
}

/** Removes sessions and codes whose time is over. */
export async function deleteExpired(db: IssuerDb, now: Date): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  await db.deleteFrom('sign_in_codes').where('expires_at', '<=', now).execute();
}
