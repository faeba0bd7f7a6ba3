/**
 * The operator with its store in memory: the real placing, judging, pairing and pricing between queries that are
 * written anew here. tests/equal-to-postgres.test.ts holds them against the real ones.
 */
import { ApiError } from '@vedong/contracts';
import {
  createTapJudge,
  readRecord,
  rememberDays,
  type JournalRecord,
  type KeyedTap,
} from '@vedong/operator/judge-record';
import { chainOf, placeBatch, type JournalPosition } from '@vedong/operator/place-batch';
import { chainStart } from '@vedong/runtime/journal-chain';
import { calendar, type City } from './city.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { openBatch } from './sealed-batch.ts';
import { createTripBooks } from './trip-books.ts';

export interface StoredTap {
  validatorId: string;
  seq: number;
  tap: KeyedTap;
}

type Answer = {
  acknowledgedSeq: number;
  verdicts: { verdict: 'stored' | 'duplicate' | 'quarantined'; code?: string }[];
};

const dayAt = rememberDays(calendar);

export function createOperator(
  city: City,
  nowMilliseconds: () => number,
  { storesTwice = false, chargesCopies = false }: PlantedBug = {},
) {
  const positions = new Map<string, JournalPosition>(
    city.validators.map(({ validatorId }) => [validatorId, { lastSeq: 0, lastHash: chainStart }]),
  );
  const validatorByGate = new Map([...city.gates].map(([gateId, gate]) => [gateId, gate.validatorId]));
  const knownHashes = new Map<string, string>();
  const taps = new Map<string, StoredTap>();
  const books = createTripBooks(city, nowMilliseconds, chargesCopies);
  const quarantined = new Map<string, { code: string; text: string }>();
  const brokenChains = new Map<string, number>();

  /** Throws ApiError as the real one answers; all of the batch or nothing of it is kept. */
  function takeBatch(sealed: string): Answer {
    const batch = openBatch(sealed);
    const { validatorId } = batch;
    const judge = createTapJudge({
      validatorId,
      validatorByGate,
      nowMilliseconds: nowMilliseconds(),
      calendar,
    });
    const chain = chainOf(batch.previousHash, batch.records);
    const records = batch.records.map((text, index): JournalRecord => {
      const tap = readRecord(text, dayAt);
      const place = { seq: batch.firstSeq + index, text, chainHash: chain[index]! };
      return typeof tap === 'string'
        ? { ...place, tap: null, quarantine: tap }
        : { ...place, tap, quarantine: judge(tap) };
    });
    const position = positions.get(validatorId)!;
    const placement = placeBatch(position, batch, chain);
    const last = records.at(-1)!;
    if (placement.kind === 'gap') {
      throw new ApiError(409, 'sequence_gap', `The last record kept is ${position.lastSeq}.`);
    }
    if (placement.kind === 'old' && knownHashes.get(`${validatorId} ${last.seq}`) === last.chainHash) {
      return answerOf(records, records.length, position.lastSeq);
    }
    if (placement.kind !== 'continues') {
      const name = `${validatorId} ${batch.firstSeq} ${batch.previousHash}`;
      brokenChains.set(name, (brokenChains.get(name) ?? 0) + 1);
      throw new ApiError(409, 'broken_chain', 'not the continuation of those kept before');
    }
    store(validatorId, storesTwice ? twice(records) : records.slice(placement.known));
    positions.set(validatorId, { lastSeq: last.seq, lastHash: last.chainHash });
    return answerOf(records, placement.known, last.seq);
  }

  function store(validatorId: string, records: readonly JournalRecord[]): void {
    for (const record of records) {
      knownHashes.set(`${validatorId} ${record.seq}`, record.chainHash);
      const { tap, seq } = record;
      const key = tap && `${tap.serviceDay} ${tap.cardRef} ${tap.tapId}`;
      if (key !== null && record.quarantine === null && taps.has(key)) record.quarantine = 'tap_id_reused';
      if (tap === null || key === null || record.quarantine !== null) {
        quarantined.set(`${validatorId} ${seq}`, { code: record.quarantine!, text: record.text });
        continue;
      }
      const stored = { validatorId, seq, tap };
      taps.set(key, stored);
      if (tap.outcome !== 'accepted') continue;
      books.takeAccepted({ ...tap, validatorId, seq });
    }
  }

  return { ...books, takeBatch, taps, quarantined, brokenChains };
}
export type Operator = ReturnType<typeof createOperator>;

function answerOf(records: readonly JournalRecord[], known: number, acknowledgedSeq: number): Answer {
  const verdicts = records.map(({ quarantine }, index): Answer['verdicts'][number] => {
    if (index < known) return { verdict: 'duplicate' };
    return quarantine ? { verdict: 'quarantined', code: quarantine } : { verdict: 'stored' };
  });
  return { acknowledgedSeq, verdicts };
}

/** The planted mistake: what comes again gets a new id. */
const twice = (records: readonly JournalRecord[]): JournalRecord[] =>
  records.map((record) =>
    record.tap
      ? { ...record, tap: { ...record.tap, tapId: `${record.tap.tapId.slice(0, -4)}${record.seq}` } }
      : record,
  );
