/** Which validators are revoked, which version of its configuration each has been told, which gates ask a challenge. */
import { createHash } from 'node:crypto';
import type { Revocation } from '@vedong/contracts';
import { sql } from 'kysely';
import type { Db } from './tables.ts';

/** The revocation that stands: the first one. Undefined where there is no such validator. */
export async function markRevoked(
  db: Db,
  validatorId: string,
  { now, by, reason }: { now: Date; by: string; reason: string },
): Promise<Revocation | undefined> {
  const row = await db
    .updateTable('validators')
    .set({
      revoked_at: sql`coalesce(revoked_at, ${now})`,
      revoked_by: sql`coalesce(revoked_by, ${by})`,
      revocation_reason: sql`coalesce(revocation_reason, ${reason})`,
      enrolment_code_hash: null,
    })
    .where('validator_id', '=', validatorId)
    .returning(['revoked_at', 'revoked_by', 'revocation_reason'])
    .executeTakeFirst();
  return row && toRevocation(row);
}

export async function isRevoked(db: Db, validatorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('validators')
    .select('revoked_at')
    .where('validator_id', '=', validatorId)
    .executeTakeFirst();
  return row?.revoked_at !== null;
}

export const toRevocation = (row: {
  revoked_at: Date | null;
  revoked_by: string | null;
  revocation_reason: string | null;
}): Revocation => ({
  at: row.revoked_at?.toISOString() ?? '',
  by: row.revoked_by ?? '',
  reason: row.revocation_reason ?? '',
});

/**
 * The version of this content: higher than all before it whenever the content is another one, and never below `held`,
 * which the validator has already, even where this database was restored from an older copy.
 */
export async function versionOfConfiguration(
  db: Db,
  validatorId: string,
  { content, held }: { content: object; held: number },
): Promise<number> {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest();
  const raised = await db
    .updateTable('validators')
    .set({
      configuration_version: sql`greatest(configuration_version, ${held}::bigint) + 1`,
      configuration_hash: hash,
    })
    .where('validator_id', '=', validatorId)
    .where((eb) =>
      eb.or([eb('configuration_hash', 'is distinct from', hash), eb('configuration_version', '<', held)]),
    )
    .returning('configuration_version')
    .executeTakeFirst();
  if (raised) return raised.configuration_version;
  const { configuration_version } = await db
    .selectFrom('validators')
    .select('configuration_version')
    .where('validator_id', '=', validatorId)
    .executeTakeFirstOrThrow();
  return configuration_version;
}

/** False where there is no such gate. */
export async function setChallengeShown(db: Db, gateId: string, isShown: boolean): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('gates')
    .set({ challenge: isShown })
    .where('gate_id', '=', gateId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
