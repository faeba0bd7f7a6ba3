/** The journal: every tap in order, hash-chained, on disk before it is answered; taps of one moment share a commit. */
import type { DatabaseSync } from 'node:sqlite';
import { nextChainHash } from '@vedong/runtime/journal-chain';
import { ServiceError } from '@vedong/runtime/problem';
import type { Tap } from '@vedong/travel';
import { keepMark } from '../clock/keep-mark.ts';
import { hasOpenCut, isOlderThan, noteLoss, settleCuts } from './cuts.ts';
import type { Link } from './delivery.ts';
import { verifyTail } from './verify-tail.ts';

/** Taps waiting for a commit; more means that the disk has stopped. */
const waitingMost = 5000;

export interface Journal {
  /** Resolves once the tap is on disk. Throws ServiceError `journal_unavailable` when it is not there. */
  append(tap: Tap): Promise<void>;
  lastSeq(): number;
  /**
   * Goes on where the operator is, after a cut, or where the first word of the operator after the start shows that this
   * file is older than what it had sent. Nothing to do otherwise.
   */
  settle(operator: Link, nowMilliseconds: number): void;
}

export interface JournalOptions {
  /** Called after each commit with its size in taps and its duration. */
  onCommit: (taps: number, seconds: number) => void;
  onFailure: (error: unknown) => void;
  /** Runs a commit after the requests that have already arrived have been judged: they share it. */
  soon?: (commit: () => void) => void;
}

/** Goes on from the last tap of the file. Throws ConfigError where the end of the chain does not hold. */
export function openJournal(
  db: DatabaseSync,
  { onCommit, onFailure, soon = createPace() }: JournalOptions,
): Journal {
  const insert = db.prepare('insert into taps (seq, at_milliseconds, record, hash) values (?, ?, ?, ?)');
  let tail = verifyTail(db);
  const opened = tail;
  let isPlaced = false;
  let waiting: { tap: Tap; resolve: () => void; reject: (error: Error) => void }[] = [];

  function commitWaiting(): void {
    const batch = waiting;
    waiting = [];
    const startedAt = performance.now();
    try {
      tail = writeBatch(batch.map(({ tap }) => tap));
    } catch (error) {
      if (db.isTransaction) db.exec('rollback');
      writeOverFailed();
      onFailure(error);
      for (const { reject } of batch) reject(unavailable());
      return;
    }
    onCommit(batch.length, (performance.now() - startedAt) / 1000);
    for (const { resolve } of batch) resolve();
  }

  /**
   * A commit whose sync failed may stand whole in the log, and a start after a kill would take it for one that counted:
   * riders who were sent away would be charged. Whatever is written next takes its place there, synced or not.
   */
  function writeOverFailed(): void {
    try {
      keepMark(db, null);
    } catch {
      // The disk still fails, as the caller says.
    }
  }

  function writeBatch(taps: Tap[]): typeof tail {
    let { seq, hash } = tail;
    db.exec('begin immediate');
    for (const tap of taps) {
      const record = JSON.stringify(tap);
      seq += 1;
      hash = nextChainHash(hash, record);
      insert.run(seq, Date.parse(tap.at), record, hash);
    }
    db.exec('commit');
    return { seq, hash };
  }

  return {
    append(tap) {
      if (waiting.length >= waitingMost) return Promise.reject(unavailable());
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) soon(commitWaiting);
        waiting.push({ tap, resolve, reject });
      });
    },
    lastSeq: () => tail.seq,
    settle(operator, nowMilliseconds) {
      // Later a second machine with this validator's key would look the same, and must not.
      if (!isPlaced && !hasOpenCut(db) && isOlderThan(db, opened, operator))
        tail = noteLoss(db, tail, opened.seq, nowMilliseconds);
      isPlaced = true;
      if (hasOpenCut(db)) tail = settleCuts(db, tail, operator);
    },
  };
}

/** The longest that a tap waits for others to share its commit. */
const pauseMostMilliseconds = 10;

/**
 * A commit holds everything up until the disk has it. At once where the last one is some time ago, else after a pause
 * of three times what it took, up to the longest pause: more taps share each commit of a slow disk.
 */
function createPace(): (commit: () => void) => void {
  let endedAt = 0;
  let took = 0;
  const run = (commit: () => void) => {
    const startedAt = performance.now();
    commit();
    endedAt = performance.now();
    took = endedAt - startedAt;
  };
  return (commit) => {
    const pause = Math.min(3 * took, pauseMostMilliseconds) - (performance.now() - endedAt);
    if (pause < 1) setImmediate(run, commit);
    else setTimeout(run, pause, commit);
  };
}

const unavailable = () =>
  new ServiceError(503, 'journal_unavailable', {
    detail: 'The gate cannot record taps now, so nothing is opened. Staff: check its disk.',
    retryAfterSeconds: 1,
  });
