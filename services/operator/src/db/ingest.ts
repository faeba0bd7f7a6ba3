/** Writes a validator's journal: taps, records kept aside, how far it has come. Set-based, in the caller's transaction. */
import { sql, type RawBuilder } from 'kysely';
import type { TapBatch } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import type { JournalRecord, StorableRecord } from '../judge-record.ts';
import type { JournalPosition } from '../place-batch.ts';

import { arrayText } from './array-text.ts';
import type { Tx } from './tables.ts';

/** One batch of a validator at a time. `gapToSeq`: records up to there were skipped. */
export async function lockJournal(
  tx: Tx,
  validatorId: string,
): Promise<JournalPosition & { gapToSeq: number | null }> {
  const row = await tx
    .selectFrom('validators')
    .select(['last_seq', 'last_hash', 'gap_to_seq'])
    .where('validator_id', '=', validatorId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  return { lastSeq: row.last_seq, lastHash: row.last_hash.toString('hex'), gapToSeq: row.gap_to_seq };
}

export async function saveJournalPosition(
  tx: Tx,
  validatorId: string,
  { lastSeq, lastHash, lastTapAt }: JournalPosition & { lastTapAt: string | null },
  now: string,
): Promise<void> {
  await tx
    .updateTable('validators')
    .set({
      last_seq: lastSeq,
      last_hash: Buffer.from(lastHash, 'hex'),
      seen_at: new Date(now),
      gap_to_seq: sql`case when gap_to_seq > ${lastSeq}::bigint then gap_to_seq end`,
      last_received_at: new Date(now),
      ...(lastTapAt !== null && { last_tap_at: new Date(lastTapAt) }),
    })
    .where('validator_id', '=', validatorId)
    .execute();
}

/** Gives those records that were not stored because a tap of the same id is there already. */
export async function insertTaps(
  tx: Tx,
  validatorId: string,
  records: readonly StorableRecord[],
  now: string,
): Promise<StorableRecord[]> {
  if (records.length === 0) return [];
  const insert = insertStatement(validatorId, records, now);
  // Journal numbers keep resends out, so a clash is an id used twice: never by an honest validator. To look for one
  // before every row, as "on conflict" does, would add a third to the cost of every batch.
  await sql`savepoint before_taps`.execute(tx);
  try {
    await insert.execute(tx);
    return [];
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    await sql`rollback to savepoint before_taps`.execute(tx);
    await sql`${insert} on conflict do nothing`.execute(tx);
    return findClashes(tx, validatorId, records);
  }
}

function insertStatement(
  validatorId: string,
  records: readonly StorableRecord[],
  now: string,
): RawBuilder<unknown> {
  const taps = records.map(({ tap }) => tap);
  const tickets = taps.map(({ ticket }) => ticket);
  return sql`
    insert into taps (validator_id, received_at, service_day, card_ref, tap_id, seq, chain_hash, at, gate_id, outcome,
      reason, guard, marks, policy, continues, profile, issuer, key_no, slot, concession, product, scope)
    select ${validatorId}, ${now}::timestamptz, service_day, card_ref, tap_id, seq, decode(chain_hash, 'hex'), at,
      gate_id, outcome, reason, guard, string_to_array(marks, ' '), policy, continues, profile, issuer, key_no, slot, concession, product,
      scope
    from unnest(
      ${arrayText(taps.map((tap) => tap.serviceDay))}::date[], ${arrayText(taps.map((tap) => tap.cardRef))}::text[],
      ${arrayText(taps.map((tap) => tap.tapId))}::uuid[], ${arrayText(records.map(({ seq }) => seq))}::bigint[],
      ${arrayText(records.map(({ chainHash }) => chainHash))}::text[],
      ${arrayText(taps.map((tap) => instantOf(tap.atMilliseconds)))}::timestamptz[],
      ${arrayText(taps.map((tap) => tap.gateId))}::text[], ${arrayText(taps.map((tap) => tap.outcome))}::text[],
      ${arrayText(taps.map((tap) => tap.reason))}::text[], ${arrayText(taps.map((tap) => tap.guard))}::text[],
      ${arrayText(taps.map((tap) => tap.marks.join(' ')))}::text[],
      ${arrayText(taps.map((tap) => tap.policy))}::text[],
      ${arrayText(taps.map((tap) => tap.continues))}::uuid[],
      ${arrayText(tickets.map((ticket) => ticket?.profile))}::text[],
      ${arrayText(tickets.map((ticket) => ticket?.issuer))}::integer[],
      ${arrayText(tickets.map((ticket) => ticket?.keyNo))}::integer[],
      ${arrayText(tickets.map((ticket) => ticket?.slot))}::bigint[],
      ${arrayText(tickets.map((ticket) => ticket?.concession))}::smallint[],
      ${arrayText(tickets.map((ticket) => ticket?.product))}::integer[],
      ${arrayText(tickets.map((ticket) => ticket?.scope))}::integer[]
    ) as tap (service_day, card_ref, tap_id, seq, chain_hash, at, gate_id, outcome, reason, guard, marks, policy,
      continues, profile,
      issuer, key_no, slot, concession, product, scope)`;
}

/** A journal number is new in this transaction, so whatever lies under a record's key with another one is not it. */
async function findClashes(
  tx: Tx,
  validatorId: string,
  records: readonly StorableRecord[],
): Promise<StorableRecord[]> {
  const { rows } = await sql<{ seq: number }>`
    select wanted.seq
    from unnest(
      ${arrayText(records.map(({ tap }) => tap.serviceDay))}::date[],
      ${arrayText(records.map(({ tap }) => tap.cardRef))}::text[],
      ${arrayText(records.map(({ tap }) => tap.tapId))}::uuid[], ${arrayText(records.map(({ seq }) => seq))}::bigint[]
    ) as wanted (service_day, card_ref, tap_id, seq)
    join taps using (service_day, card_ref, tap_id)
    where taps.validator_id <> ${validatorId} or taps.seq <> wanted.seq`.execute(tx);
  const clashes = new Set(rows.map(({ seq }) => seq));
  return records.filter(({ seq }) => clashes.has(seq));
}

/** Keeps the exact bytes: what is wrong with a record may be that no text column can hold it. */
export async function insertQuarantined(
  tx: Tx,
  validatorId: string,
  records: readonly JournalRecord[],
  now: string,
): Promise<void> {
  if (records.length === 0) return;
  await sql`
    insert into quarantined_taps (validator_id, received_at, seq, code, record, chain_hash)
    select ${validatorId}, ${now}::timestamptz, seq, code, record, decode(chain_hash, 'hex')
    from unnest(${records.map(({ seq }) => seq)}::bigint[], ${records.map(({ quarantine }) => quarantine)}::text[],
      ${records.map(({ text }) => Buffer.from(text, 'utf8'))}::bytea[],
      ${records.map(({ chainHash }) => chainHash)}::text[]) as aside (seq, code, record, chain_hash)`.execute(
    tx,
  );
}

/** The chain hash that was kept with an old record, wherever it lies now. */
export async function findKnownHash(
  tx: Tx,
  validatorId: string,
  { seq, tap }: JournalRecord,
): Promise<string | undefined> {
  const { rows } = await sql<{ hash: string }>`
    select encode(chain_hash, 'hex') as hash from quarantined_taps
    where validator_id = ${validatorId} and seq = ${seq}
    union all
    select encode(chain_hash, 'hex') from taps
    where service_day = ${tap?.serviceDay ?? null}::date and card_ref = ${tap?.cardRef ?? ''}
      and tap_id = ${tap?.tapId ?? null}::uuid and validator_id = ${validatorId} and seq = ${seq}`.execute(
    tx,
  );
  return rows[0]?.hash;
}

/** A validator that repeats the same wrong batch adds to one row. */
export async function recordBrokenChain(tx: Tx, batch: TapBatch, now: string): Promise<void> {
  await sql`
    insert into broken_chains (validator_id, first_seq, previous_hash, first_at, last_at)
    values (${batch.validatorId}, ${batch.firstSeq}, ${Buffer.from(batch.previousHash, 'hex')}, ${now}, ${now})
    on conflict (validator_id, first_seq, previous_hash)
    do update set times = broken_chains.times + 1, last_at = excluded.last_at`.execute(tx);
}
