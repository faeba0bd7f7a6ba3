/** Where a batch belongs in a validator's journal, by its numbers and its hash chain. Pure. */
import { nextChainHash } from '@vedong/runtime/journal-chain';

export interface JournalPosition {
  /** The last record kept, 0 before the first. */
  lastSeq: number;
  /** The chain hash after it, 64 hex digits. */
  lastHash: string;
}

export type Placement =
  /** It continues the journal; its first `known` records are kept already. */
  | { kind: 'continues'; known: number }
  /** It ends before the last record kept: all known, if the chain hash kept with its last record is the same. */
  | { kind: 'old' }
  | { kind: 'gap' }
  | { kind: 'broken' };

/** The chain hash after each record. */
export function chainOf(previousHash: string, records: readonly string[]): string[] {
  let hash = previousHash;
  return records.map((record) => (hash = nextChainHash(hash, record)));
}

/** Equal chain hashes prove equal records all the way back, so one comparison settles each case. */
export function placeBatch(
  { lastSeq, lastHash }: JournalPosition,
  batch: { firstSeq: number; previousHash: string },
  chain: readonly string[],
): Placement {
  const known = lastSeq - batch.firstSeq + 1;
  if (known < 0) return { kind: 'gap' };
  if (known > chain.length) return { kind: 'old' };
  const hashAtLast = known === 0 ? batch.previousHash : chain[known - 1];
  return hashAtLast === lastHash ? { kind: 'continues', known } : { kind: 'broken' };
}
