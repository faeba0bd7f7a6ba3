/** Validators: announced, enrolled, heard of. */
import { sql } from 'kysely';
import type { ValidatorReport } from '@vedong/contracts';
import type { Db } from './tables.ts';
import { toRevocation } from './validator-trust.ts';

export interface AnnouncedValidator {
  validatorId: string;
  name: string;
  codeHash: Buffer;
  codeExpiresAt: Date;
}

export async function insertValidator(db: Db, announced: AnnouncedValidator): Promise<void> {
  await db
    .insertInto('validators')
    .values({
      validator_id: announced.validatorId,
      name: announced.name,
      enrolment_code_hash: announced.codeHash,
      enrolment_expires_at: announced.codeExpiresAt,
    })
    .execute();
}

/**
 * Binds the validator that was announced with this code to `publicKey`. The first key takes the code; only the same
 * key may use it again, for a validator that did not get the answer. Gives undefined where the code is not good.
 */
export async function claimEnrolment(
  db: Db,
  { codeHash, publicKey, now }: { codeHash: Buffer; publicKey: string; now: Date },
): Promise<string | undefined> {
  const row = await db
    .updateTable('validators')
    .set({ public_key: publicKey, enrolled_at: sql`coalesce(enrolled_at, ${now})`, seen_at: now })
    .where('enrolment_code_hash', '=', codeHash)
    .where('enrolment_expires_at', '>', now)
    .where((eb) => eb.or([eb('public_key', 'is', null), eb('public_key', '=', publicKey)]))
    .returning('validator_id')
    .executeTakeFirst();
  return row?.validator_id;
}

/** The Ed25519 `x` of an enrolled validator. */
export async function findValidatorKey(db: Db, validatorId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('validators')
    .select('public_key')
    .where('validator_id', '=', validatorId)
    .executeTakeFirst();
  return row?.public_key ?? undefined;
}

export async function noteValidatorSeen(db: Db, validatorId: string, now: Date): Promise<void> {
  await db.updateTable('validators').set({ seen_at: now }).where('validator_id', '=', validatorId).execute();
}

/** Gives how far the journal has arrived. */
export async function saveReport(
  db: Db,
  validatorId: string,
  { report, now }: { report: ValidatorReport; now: Date },
): Promise<{ lastSeq: number; lastHash: Buffer }> {
  return db
    .updateTable('validators')
    .set({ report: JSON.stringify(report), reported_at: now, seen_at: now })
    .where('validator_id', '=', validatorId)
    .returning(['last_seq as lastSeq', 'last_hash as lastHash'])
    .executeTakeFirstOrThrow();
}

const journalStateOf = (row: { is_broken: boolean; gap_to_seq: number | null }) => {
  if (row.is_broken) return 'broken' as const;
  return row.gap_to_seq === null ? ('whole' as const) : ('gap' as const);
};

/** It goes on after records that were not sent; `toSeq` is the last of them. */
export async function noteGap(db: Db, validatorId: string, toSeq: number): Promise<void> {
  await db
    .updateTable('validators')
    .set({ gap_to_seq: toSeq })
    .where('validator_id', '=', validatorId)
    .execute();
}

export async function listValidators(db: Db) {
  const rows = await db
    .selectFrom('validators')
    .select((eb) => [
      'validator_id',
      'name',
      'enrolled_at',
      'seen_at',
      'last_seq',
      'report',
      'reported_at',
      'gap_to_seq',
      'last_tap_at',
      'last_received_at',
      'revoked_at',
      'revoked_by',
      'revocation_reason',
      eb
        .selectFrom('quarantined_taps')
        .whereRef('quarantined_taps.validator_id', '=', 'validators.validator_id')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('quarantined'),
      eb
        .exists(
          eb
            .selectFrom('incidents')
            .whereRef('incidents.validator_id', '=', 'validators.validator_id')
            .where('class', '=', 'broken_chain')
            .where('state', '=', 'open')
            .where(sql<boolean>`findings @> '[{"rule": "fork"}]'`)
            .select('incident_id'),
        )
        .$castTo<boolean>()
        .as('is_broken'),
    ])
    .orderBy('name')
    .orderBy('validator_id')
    .execute();
  return rows.map((row) => ({
    validatorId: row.validator_id,
    name: row.name,
    enrolledAt: row.enrolled_at?.toISOString() ?? null,
    seenAt: row.seen_at?.toISOString() ?? null,
    lastSeq: row.last_seq,
    quarantined: row.quarantined ?? 0,
    report: row.report,
    reportedAt: row.reported_at?.toISOString() ?? null,
    journal: journalStateOf(row),
    lastTapAt: row.last_tap_at?.toISOString() ?? null,
    lastTapReceivedAt: row.last_received_at?.toISOString() ?? null,
    revocation: row.revoked_at && toRevocation(row),
  }));
}
