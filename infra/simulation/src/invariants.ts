/** What must hold at every step, checked where it happens. What can only be seen at the end is in check-books.ts. */
import type { TapAnswer } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { reasons } from '@vedong/travel';
import type { JournalRow } from './disk.ts';
import type { Code } from './phones.ts';
import type { Poison } from './poison.ts';
import type { Scheduler } from './scheduler.ts';
import type { SharedStore } from './shared-store.ts';
import type { TrustOffice } from './trust-office.ts';
import type { SimulatedValidator } from './validator-process.ts';
import { watchChallenges } from './watch-challenges.ts';
import { watchPolicies } from './watch-policies.ts';
import { watchReplays } from './watch-replays.ts';
import { watchRevocations } from './watch-revocations.ts';

/** I1 to I6 of the project's targets, and what the simulation adds to them. */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'versions'
  | 'old_code'
  | 'clock'
  | 'passback'
  | 'challenge'
  | 'revoked'
  | 'honest_refused'
  | 'trips'
  | 'conflicts'
  | 'crash';

export interface Broken {
  invariant: Invariant;
  what: string;
}

/** In one slot of its own, a ticket is good at a gate whose clock is no further off. */
const honestClock = { behindMilliseconds: 14_000, aheadMilliseconds: 30_000 } as const;

/** Why an honest rider may be refused: the gate's class, or a card that was there a moment ago. */
const reasonsOfPolicy: readonly string[] = ['gate_closed', 'offline_limit', 'passback'];

export interface Reading {
  validator: SimulatedValidator;
  gateId: string;
  code: Code;
  /** Nobody else had this code, the phone showed it in time, and nothing is wrong with it. */
  isHonest: () => boolean;
}

interface Watched {
  validators: readonly SimulatedValidator[];
  office: TrustOffice;
  store: SharedStore;
  scheduler: Scheduler;
  poison: Poison;
  trace: (what: string) => void;
}

export function createInvariants({ validators, office, store, scheduler, poison, trace }: Watched) {
  const broken: Broken[] = [];
  /** Every answer that a gate got. */
  const answered = new Map<string, TapAnswer>();
  const rowsByValidator = new Map(validators.map((one) => [one.validatorId, [] as JournalRow[]]));
  const checkVersions = watchVersions(fail);
  const challenges = watchChallenges({ validators, scheduler, fail });
  const revocations = watchRevocations(fail);
  const policies = watchPolicies({ validators, store, fail });
  const replays = watchReplays({
    store,
    fail,
    onAccepted(before, taken) {
      policies.checkPolicy(taken);
      policies.checkPassback(before, taken);
    },
    onRefused: policies.checkRefusal,
  });

  function fail(invariant: Invariant, what: string): void {
    broken.push({ invariant, what });
    trace(`BROKEN ${invariant}: ${what}`);
  }

  /** Takes in what the disks have got since the last look. */
  function readJournals(): void {
    for (const validator of validators) {
      for (const row of validator.disk.readNewRows()) {
        rowsByValidator.get(validator.validatorId)!.push(row);
        trace(`${validator.validatorId} writes ${describeRow(row)}`);
        if (poison.codeOf(row.record) === undefined) replays.note(validator.validatorId, row);
      }
    }
  }

  /** To be called before a code is judged; gives what checks the answer. */
  function watch(reading: Reading) {
    const { validator, gateId, code, isHonest } = reading;
    const knowledge = validator.knowledge();
    const bundleVersion = knowledge?.trust()?.bundle.version ?? 0;
    const list = knowledge?.lists.all().find(({ serviceDay }) => serviceDay === code.serviceDay);
    const clock = validator.clock();
    const wasUnsure = clock?.isUnsure() === true;
    const answering = challenges.watchAnswer(reading);
    const closing = revocations.watchAnswer(validator, gateId);
    const isClockGood = clock !== null && isGood(clock.nowMilliseconds() - scheduler.now());

    function checkAccepted({ tapId }: TapAnswer): void {
      answering.accepted();
      const name = `tap ${tapId} at ${gateId}`;
      if (code.flaw !== null) fail('I6', `${name} accepted, but the code is ${code.flaw}`);
      if (office.isCompromised(code.keyNo, bundleVersion))
        fail('I6', `${name} accepted, its key is compromised`);
      if (list && office.isBlocked(code.card.statusIdx, list.version))
        fail('I6', `${name} accepted, card blocked`);
      const tap = rowsByValidator.get(validator.validatorId)!.findLast((row) => row.tap.tapId === tapId)?.tap;
      const isUnsure = wasUnsure && clock === validator.clock() && clock.isUnsure();
      if (isUnsure && tap && !tap.marks.includes('clock_unsure')) fail('clock', `${name} without its mark`);
      if (!list && tap && !tap.marks.includes('status_unchecked'))
        fail('I6', `${name} without a list and its mark`);
    }

    return {
      answered(answer: TapAnswer): void {
        readJournals();
        closing.answered();
        const { tapId, outcome, reason, repeat } = answer;
        trace(`${gateId} ${outcome} ${reason ?? ''} ${answer.guard}${repeat ? ' repeat' : ''} ${tapId}`);
        if (!validator.disk.holds(tapId)) fail('I1', `tap ${tapId} answered at ${gateId}, not on disk`);
        if ((outcome === 'rejected') !== (reason !== undefined && reasons.includes(reason))) {
          fail('I5', `tap ${tapId} ${outcome} with reason ${reason}`);
        }
        const first = answered.get(tapId);
        if (first && first.outcome !== outcome) fail('I5', `tap ${tapId} answered twice, differently`);
        answered.set(tapId, first ?? answer);
        if (outcome === 'accepted' && !repeat) checkAccepted(answer);
        const isKnownBlocked = list !== undefined && office.isBlocked(code.card.statusIdx, list.version);
        const isKeyGone = office.isCompromised(code.keyNo, bundleVersion);
        const isOfPolicy = reason !== undefined && reasonsOfPolicy.includes(reason);
        const isExcused = isOfPolicy || isKnownBlocked || isKeyGone || !answering.isGood();
        if (outcome === 'rejected' && isHonest() && isClockGood && !isExcused) {
          fail('honest_refused', `${gateId} refused an honest rider: ${reason}`);
        }
      },
      failed(error: unknown): void {
        readJournals();
        const code = error instanceof ServiceError ? error.code : String((error as Error).stack);
        trace(`${gateId} has no answer: ${code}`);
        if (code === 'validator_revoked') closing.refusedAsRevoked();
        else if (!['not_ready', 'journal_unavailable', 'overloaded'].includes(code)) fail('crash', code);
      },
    };
  }

  const { acceptedByCard } = replays;
  const seen = { answered, rowsByValidator, acceptedByCard, challenges, revocations };
  return { broken, fail, watch, readJournals, checkVersions, ...seen };
}
export type Invariants = ReturnType<typeof createInvariants>;

const describeRow = ({ seq, hash, tap }: JournalRow): string =>
  `${seq} ${tap.gateId} ${tap.outcome} ${tap.reason ?? ''} ${tap.ticket?.cardRef ?? ''} ${tap.ticket?.slot ?? ''} ${tap.tapId} ${hash}`;

const isGood = (clockError: number): boolean =>
  -clockError <= honestClock.behindMilliseconds && clockError <= honestClock.aheadMilliseconds;

/** Of trust bundle and lists, at a gate, across restarts. */
function watchVersions(fail: (invariant: Invariant, what: string) => void) {
  const versions = new Map<string, number>();
  return function checkVersions({ validatorId, knowledge }: SimulatedValidator): void {
    const known = knowledge();
    if (!known) return;
    const bundle = known.trust()?.bundle;
    const held = [
      ...(bundle ? [{ name: 'trust bundle', version: bundle.version }] : []),
      ...known.lists.all().map(({ name, version }) => ({ name, version })),
    ];
    for (const { name, version } of held) {
      const key = `${validatorId} ${name}`;
      const before = versions.get(key) ?? 0;
      if (version < before) fail('versions', `${key} went down from ${before} to ${version}`);
      versions.set(key, Math.max(before, version));
    }
  };
}
