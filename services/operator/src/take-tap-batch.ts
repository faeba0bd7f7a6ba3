/** Takes a signed batch of a validator's journal: exactly once, in order, poison kept aside. */
import { tapBatch, type ResponseOf, type TapBatch, type operatorApi } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from './context.ts';
import { makeDayPartitions } from './db/day-partitions.ts';
import { listValidatorsByGate } from './db/network.ts';
import { findValidatorKey } from './db/validators.ts';
import {
  findKnownHash,
  insertQuarantined,
  insertTaps,
  lockJournal,
  recordBrokenChain,
  saveJournalPosition,
} from './db/ingest.ts';
import { queueForPairing } from './db/pairing-queue.ts';
import type { Tx } from './db/tables.ts';
import {
  createTapJudge,
  readRecord,
  rememberDays,
  type JournalRecord,
  type StorableRecord,
} from './judge-record.ts';
import { chainOf, placeBatch } from './place-batch.ts';
import { closeGap, watchClock, watchFork, watchGap } from './watch-journal.ts';
import { refuseRevoked } from './revoke-validator.ts';
import {
  badSignature,
  batchHeader,
  readHeader,
  readPayload,
  verifiedPayload,
} from './validator-signature.ts';

type Answer = ResponseOf<(typeof operatorApi)['POST /v1/tap-batches']>;

/**
 * Throws `bad_signature`, `unknown_validator`, `validator_revoked`, `invalid_batch`, `sequence_gap` (with the number to go on from) or
 * `broken_chain`. Nothing of the batch is kept then; a broken chain is put on record.
 */
export async function takeTapBatch(context: OperatorContext, jws: string): Promise<Answer> {
  const { db, clock, log, metrics } = context;
  const batch = await readSignedBatch(context, jws);
  const records = await judgeRecords(context, batch);
  await makeDayPartitions(db, daysOf(records));
  const kept = await db
    .transaction()
    .execute((tx) => keepRecords(tx, context, { batch, records }, clock.nowMilliseconds()));
  if (kept.kind === 'gap') {
    throw new ServiceError(409, 'sequence_gap', {
      detail: `The last record kept is ${kept.lastSeq}. Go on from ${kept.lastSeq + 1}.`,
    });
  }
  if (kept.kind === 'broken') {
    log.error({ validatorId: batch.validatorId, firstSeq: batch.firstSeq }, 'journal chain broken');
    throw new ServiceError(409, 'broken_chain', {
      detail: 'These records are not the continuation of those kept before.',
    });
  }
  for (const { verdict } of kept.answer.verdicts) metrics.taps.inc({ verdict });
  return kept.answer;
}

async function readSignedBatch({ db }: OperatorContext, jws: string): Promise<TapBatch> {
  const header = readHeader(jws, batchHeader);
  if (!header) throw badSignature();
  const key = await findValidatorKey(db, header.kid);
  if (!key) {
    throw new ServiceError(401, 'unknown_validator', { detail: 'No validator of this id has enrolled.' });
  }
  const payload = await verifiedPayload(jws, key);
  if (!payload) throw badSignature();
  await refuseRevoked(db, header.kid);
  const batch = readPayload(payload, tapBatch);
  if (batch?.validatorId !== header.kid) {
    throw new ServiceError(400, 'invalid_batch', { detail: 'The payload is not a batch of this validator.' });
  }
  return batch;
}

async function judgeRecords(context: OperatorContext, batch: TapBatch): Promise<JournalRecord[]> {
  const { db, clock, calendar } = context;
  const dayAt = rememberDays(calendar);
  const chain = chainOf(batch.previousHash, batch.records);
  const read = batch.records.map((record) => readRecord(record, dayAt));
  const gateIds = new Set(read.flatMap((tap) => (typeof tap === 'string' ? [] : [tap.gateId])));
  const judge = createTapJudge({
    validatorId: batch.validatorId,
    validatorByGate: await listValidatorsByGate(db, [...gateIds]),
    nowMilliseconds: clock.nowMilliseconds(),
    calendar,
  });
  return batch.records.map((text, index) => {
    const tap = read[index] as (typeof read)[number];
    const place = { seq: batch.firstSeq + index, text, chainHash: chain[index] as string };
    return typeof tap === 'string'
      ? { ...place, tap: null, quarantine: tap }
      : { ...place, tap, quarantine: judge(tap) };
  });
}

const daysOf = (records: readonly JournalRecord[]) =>
  new Set(records.flatMap(({ tap, quarantine }) => (tap && !quarantine ? [tap.serviceDay] : [])));

type Kept = { kind: 'kept'; answer: Answer } | { kind: 'gap'; lastSeq: number } | { kind: 'broken' };

async function keepRecords(
  tx: Tx,
  context: OperatorContext,
  { batch, records }: { batch: TapBatch; records: readonly JournalRecord[] },
  nowMilliseconds: number,
): Promise<Kept> {
  const { validatorId } = batch;
  const now = instantOf(nowMilliseconds);
  const position = await lockJournal(tx, validatorId);
  const placement = placeBatch(
    position,
    batch,
    records.map(({ chainHash }) => chainHash),
  );
  const last = records.at(-1) as JournalRecord;
  const at = { lastSeq: position.lastSeq, nowMilliseconds };
  if (placement.kind === 'gap') {
    await watchGap(tx, context, batch, at);
    return { kind: 'gap', lastSeq: position.lastSeq };
  }
  if (placement.kind === 'old' && (await findKnownHash(tx, validatorId, last)) === last.chainHash) {
    return { kind: 'kept', answer: answerOf(records, records.length, position.lastSeq) };
  }
  if (placement.kind !== 'continues') {
    await recordBrokenChain(tx, batch, now);
    await watchFork(tx, context, batch, at);
    return { kind: 'broken' };
  }
  const stored = await storeRecords(tx, validatorId, records.slice(placement.known), now);
  await watchClock(tx, context, { validatorId, records: stored }, nowMilliseconds);
  const lastTapAt = stored.at(-1)?.tap.at ?? null;
  await saveJournalPosition(tx, validatorId, { lastSeq: last.seq, lastHash: last.chainHash, lastTapAt }, now);
  if (position.gapToSeq !== null && position.gapToSeq <= last.seq) {
    await closeGap(tx, context, validatorId, nowMilliseconds);
  }
  return { kind: 'kept', answer: answerOf(records, placement.known, last.seq) };
}

/** Gives those that were stored as taps. */
async function storeRecords(
  tx: Tx,
  validatorId: string,
  records: readonly JournalRecord[],
  now: string,
): Promise<StorableRecord[]> {
  const good = records.filter((record): record is StorableRecord => record.quarantine === null);
  for (const clash of await insertTaps(tx, validatorId, good, now)) clash.quarantine = 'tap_id_reused';
  await insertQuarantined(
    tx,
    validatorId,
    records.filter(({ quarantine }) => quarantine !== null),
    now,
  );
  const stored = good.filter(({ quarantine }) => quarantine === null);
  await queueForPairing(
    tx,
    stored.filter(({ tap }) => tap.outcome === 'accepted').map(({ tap }) => tap),
  );
  return stored;
}

function answerOf(records: readonly JournalRecord[], known: number, acknowledgedSeq: number): Answer {
  const verdicts = records.map(({ quarantine }, index): Answer['verdicts'][number] => {
    if (index < known) return { verdict: 'duplicate' };
    return quarantine ? { verdict: 'quarantined', code: quarantine } : { verdict: 'stored' };
  });
  return { acknowledgedSeq, verdicts };
}
