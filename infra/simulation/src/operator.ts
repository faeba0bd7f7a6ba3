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
import { calendar, configurationOf, type City } from './city.ts';
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
  {
    storesTwice = false,
    chargesCopies = false,
    refusesPoison = false,
    takesRevoked = false,
  }: PlantedBug = {},
) {
  const positions = new Map<string, JournalPosition>(
    city.validators.map(({ validatorId }) => [validatorId, { lastSeq: 0, lastHash: chainStart }]),
  );
  const validatorByGate = new Map([...city.gates].map(([gateId, gate]) => [gateId, gate.validatorId]));
  const knownHashes = new Map<string, string>();
  const taps = new Map<string, StoredTap>();
  const books = createTripBooks(city, nowMilliseconds, chargesCopies);
  const quarantined = new Map<string, { validatorId: string; seq: number; code: string; text: string }>();
  const brokenChains = new Map<string, number>();
  const revoked = new Set<string>();
  const configurations = new Map(city.validators.map((self) => [self.validatorId, configurationOf(self)]));

  /** As the real one: once the sender is known for who it says it is. */
  function refuseRevoked(validatorId: string): void {
    if (revoked.has(validatorId)) throw new ApiError(403, 'validator_revoked', 'revoked by the operator');
  }

  /** The configuration where it is another than the version held. */
  function readConfiguration(validatorId: string, heldVersion: number): string | null {
    refuseRevoked(validatorId);
    const configuration = configurations.get(validatorId)!;
    return configuration.version === heldVersion ? null : JSON.stringify(configuration);
  }

  /** Throws ApiError as the real one answers; all of the batch or nothing of it is kept. */
  function takeBatch(sealed: string): Answer {
    const batch = openBatch(sealed);
    const { validatorId } = batch;
    if (!takesRevoked) refuseRevoked(validatorId);
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
    if (refusesPoison && records.some(({ quarantine }) => quarantine !== null)) {
      throw new ApiError(400, 'invalid_batch', 'a record of it cannot be read');
    }
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
        const { text, quarantine } = record;
        quarantined.set(`${validatorId} ${seq}`, { validatorId, seq, code: quarantine!, text });
        continue;
      }
      const stored = { validatorId, seq, tap };
      taps.set(key, stored);
      if (tap.outcome !== 'accepted') continue;
      books.takeAccepted({ ...tap, validatorId, seq });
    }
  }

  const revoke = (validatorId: string): void => {
    revoked.add(validatorId);
  };
  return { ...books, takeBatch, readConfiguration, revoke, revoked, taps, quarantined, brokenChains };
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
