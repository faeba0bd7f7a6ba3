/** Staff accounts and their sessions. */
import { sql } from 'kysely';
import type { Db } from './tables.ts';

export interface StaffMember {
  staffId: string;
  email: string;
  name: string;
}

const columns = ['staff.staff_id as staffId', 'email', 'name'] as const;

/** An account that may sign in; `email` in lower case. */
export async function findActiveStaff(
  db: Db,
  email: string,
): Promise<(StaffMember & { passwordHash: string }) | undefined> {
  return db
    .selectFrom('staff')
    .select([...columns, 'password_hash as passwordHash'])
    .where('email', '=', email)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
}

/** Adds the account, or gives an existing one this name and password, enabled, with its sessions ended. */
export async function saveStaff(
  db: Db,
  { email, name, passwordHash }: { email: string; name: string; passwordHash: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { staff_id } = await tx
      .insertInto('staff')
      .values({ email, name, password_hash: passwordHash, disabled_at: null })
      .onConflict((conflict) =>
        conflict.column('email').doUpdateSet({ name, password_hash: passwordHash, disabled_at: null }),
      )
      .returning('staff_id')
      .executeTakeFirstOrThrow();
    await tx.deleteFrom('sessions').where('staff_id', '=', staff_id).execute();
  });
}

/** False where there is no such account. */
export async function disableStaff(db: Db, email: string): Promise<boolean> {
  const { rows } = await sql`
    with disabled as (update staff set disabled_at = now() where email = ${email} returning staff_id),
      ended as (delete from sessions using disabled where sessions.staff_id = disabled.staff_id)
    select from disabled`.execute(db);
  return rows.length > 0;
}

export async function listStaff(db: Db) {
  return db.selectFrom('staff').select(['email', 'name', 'disabled_at']).orderBy('email').execute();
}

export async function insertSession(
  db: Db,
  session: { tokenHash: Buffer; staffId: string; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('sessions')
    .values({ token_hash: session.tokenHash, staff_id: session.staffId, expires_at: session.expiresAt })
    .execute();
}

export async function findSessionStaff(
  db: Db,
  tokenHash: Buffer,
  now: Date,
): Promise<StaffMember | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('staff', 'staff.staff_id', 'sessions.staff_id')
    .select(columns)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
}

export async function deleteSession(db: Db, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
}

export async function deleteExpiredSessions(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
}
