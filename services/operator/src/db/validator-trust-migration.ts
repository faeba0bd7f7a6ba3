/** Validators revoked one by one, versions of what they are told, gates that display a challenge. Frozen. */
import { sql, type Migration } from 'kysely';

export const validatorTrustMigration: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `alter table validators
    add column revoked_at timestamptz,
    add column revoked_by text,
    add column revocation_reason text,
    add column configuration_version bigint not null default 0,
    add column configuration_hash bytea,
    add check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revocation_reason is null))`,
  `alter table gates add column challenge boolean not null default false`,
];
