/** The way of one tap: decode, verify, status, coverage, replay guard, journal, answer. */
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { TapAnswer } from '@vedong/contracts';
import { instantOf, type Clock } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import {
  decodeTicket,
  firstSlotOf,
  verifyTicket,
  writeChallengeText,
  type DecodedTicket,
  type Signatures,
} from '@vedong/ticket';
import { threadedSignatures } from '@vedong/ticket/node';
import {
  judgeCoverage,
  passbackAreaOf,
  type DegradedCondition,
  type Gate,
  type Guard,
  type Reason,
  type Tap,
  type TapMark,
  type TapTicket,
} from '@vedong/travel';
import { challengeLifetimeSeconds, createChallenges, type Challenges } from './challenges.ts';
import type { Journal } from './journal/journal.ts';
import type { Metrics } from './metrics.ts';
import { marksOf, policyOf, standardPolicy, type DegradedPolicy } from './policy/degraded-policy.ts';
import type { Claim, ClaimAnswer, Use } from './replay/claim.ts';
import type { LocalGuard } from './replay/local-guard.ts';
import { createRecentAnswers, type RecentAnswers } from './replay/recent-answers.ts';
import type { JudgingRedis } from './replay/redis-guard.ts';
import { restoreGuard } from './replay/restore-guard.ts';
import type { Knowledge } from './trust/knowledge.ts';
import type { Setup } from './trust/setup.ts';
import { createUnansweredTaps } from './unanswered-taps.ts';

export interface TapJudgeParts {
  clock: Clock;
  knowledge: Knowledge;
  journal: Journal;
  local: LocalGuard;
  /** Null where this validator sees every tap and needs no shared memory. */
  redis: JudgingRedis | null;
  metrics: Metrics;
  /** What gates that ask for their own code display; own memory unless given. */
  challenges?: Challenges;
  /** What is degraded, and what gates do then; `standardPolicy` unless said. */
  policy?: DegradedPolicy;
  /** Makes the ids of taps; the simulation has its own. */
  newId?: () => string;
  signatures?: Signatures;
}

export interface Scan {
  gateId: string;
  /** The text of the code as the scanner gave it. */
  text: string;
}

/** One scan at a known gate, with everything it is judged by. */
interface Reading {
  tapId: string;
  atMilliseconds: number;
  gate: Gate;
  setup: Setup;
  /** The tap that this one is the rider's second try of: the gate died before it answered. */
  continued?: Tap;
}

/** What is decided about a reading. */
interface Verdict {
  reason?: Reason;
  guard: Guard;
  ticket?: DecodedTicket | undefined;
  marks: TapMark[];
  /** What is degraded; each is a mark too. */
  conditions?: readonly DegradedCondition[];
  /** `policyName` of what was asked about them. */
  policy?: string;
  /** What stands against a code or card that was used before. */
  last?: Use;
}

/** A claim whose slot is free in own memory, with the answer of its rules. */
interface ClaimUnderWay {
  claim: Claim;
  own: ClaimAnswer;
  reading: Reading;
  verdict: Judged;
}

export function createTapJudge(parts: TapJudgeParts) {
  const { clock, knowledge, journal, local, redis, metrics } = parts;
  const { newId = randomUUIDv7, signatures = threadedSignatures } = parts;
  const { challenges = createGateChallenges(clock), policy = standardPolicy(clock) } = parts;
  const answers = createRecentAnswers<TapAnswer>(() => clock.monotonicMilliseconds() / 1000);
  const unanswered = createUnansweredTaps(() => clock.monotonicMilliseconds() / 1000);

  /**
   * Judges a scan and records it; the answer is on disk when it is given.
   * Throws ServiceError `validator_revoked`, `not_ready`, `unknown_gate`, `journal_unavailable` or `overloaded`.
   */
  async function judge({ gateId, text }: Scan): Promise<TapAnswer> {
    const { setup, keys, gate } = requireGate(knowledge, gateId);
    const reading = { tapId: newId(), atMilliseconds: clock.nowMilliseconds(), gate, setup };
    const verified = await verifyTicket(text, {
      nowSeconds: Math.floor(reading.atMilliseconds / 1000),
      keys,
      challenge: gate.challenge ? challenges.expect(gateId, challengeOf(text)) : null,
      statusListFor: (slot, issuer) => knowledge.findStatusList(issuer, setup.dayOfSlot(slot)),
      signatures,
    });
    const { ticket } = verified;
    if (verified.outcome === 'rejected') {
      const refusal = policy.refusalOf(reading, verified.reason, ticket);
      return record(reading, { guard: 'none', ticket, marks: [], ...refusal });
    }
    const conditions = policy.conditionsOf(reading, verified.ticket);
    // Named policy: without a status list of its day a ticket is taken, and the tap says so.
    const marks: TapMark[] = verified.statusChecked ? [] : ['status_unchecked'];
    const isAnswered = (taken: DecodedTicket) =>
      !gate.challenge || challenges.answer(gateId, answerTo(taken), useOf(taken));
    const reason =
      judgeCoverage(verified.ticket, gate, setup.products) ??
      (isAnswered(verified.ticket) ? null : 'wrong_challenge');
    if (reason) return record(reading, { reason, guard: 'none', ticket, marks, conditions });
    const verdict: Judged = { guard: 'local', ticket: verified.ticket, marks, conditions };
    return unanswered.judge(reading, verified.ticket, (one) => claimSlot(one, verdict));
  }

  /** Own memory first: what this validator accepted stays used, whatever becomes of Redis. */
  async function claimSlot(reading: Reading, verdict: Judged): Promise<TapAnswer> {
    const claim = toClaim(reading, verdict.ticket);
    const own = local.claim(claim);
    if (own.answer === 'accepted' || own.answer === 'passback') {
      const answer = settleClaim({ claim, own, reading, verdict });
      answers.add(claim.tapId, answer);
      return answer;
    }
    const due = unanswered.findAgain(reading, verdict.ticket, own.last.tapId);
    if (due) return { ...toAnswer(due), repeat: true };
    const first = own.answer === 'repeat' ? answers.find(own.last.tapId) : undefined;
    if (first) return { ...(await first), repeat: true };
    return record(reading, { ...verdict, reason: 'replayed', last: own.last });
  }

  /** Asks the shared memory about a claim whose slot is free in own memory, and records the verdict. */
  async function settleClaim({ claim, own, reading, verdict }: ClaimUnderWay): Promise<TapAnswer> {
    try {
      // Before Redis hears of it: a ticket that the gate's policy refuses is not used up.
      const asked = policy.ask(reading, verdict.ticket, verdict.conditions);
      if (asked.reason) {
        return await record(reading, { ...verdict, guard: 'none', reason: asked.reason, ...policyOf(asked) });
      }
      const { judged, guard, marks } = weigh(await askRedis(parts, claim), own);
      if (judged.answer === 'replayed' || judged.answer === 'passback') {
        const { answer: reason, last } = judged;
        if (judged.answer === 'replayed') local.learn(judged.last);
        return await record(reading, { ...verdict, reason, guard, last });
      }
      // A repeat of a tap that own memory does not know: it was never recorded nor answered, so this one is.
      return await admit(claim, reading, { ...verdict, guard, marks: [...verdict.marks, ...marks] });
    } finally {
      local.release(claim);
    }
  }

  /** Records a ride that nothing speaks against but, perhaps, the policy. */
  async function admit(claim: Claim, reading: Reading, verdict: Judged): Promise<TapAnswer> {
    const isAlone = redis !== null && verdict.guard === 'local';
    const conditions = isAlone ? (['guard_local', ...verdict.conditions] as const) : verdict.conditions;
    const admission = policy.admit(reading, verdict.ticket, conditions);
    const reason = admission.reason ? { reason: admission.reason } : {};
    try {
      const answer = await record(reading, { ...verdict, conditions, ...reason, ...policyOf(admission) });
      if (!admission.reason) local.learn(claim, { isTold: verdict.guard === 'redis' });
      return answer;
    } catch (error) {
      admission.takeBack();
      throw error;
    }
  }

  async function record(reading: Reading, verdict: Verdict): Promise<TapAnswer> {
    const tap = toTap(reading, verdict);
    await journal.append(tap);
    metrics.taps.inc({ outcome: tap.outcome, reason: tap.reason ?? 'none', guard: tap.guard });
    const lastUse = verdict.last && describeUse(verdict.last, reading.setup);
    return { ...toAnswer(tap), ...(lastUse ? { lastUse } : {}) };
  }

  /** Goes on after a restart from the journal's last taps; `mayBeUnanswered`: those that nobody may have been told of. */
  function restore(taps: Tap[], mayBeUnanswered: Tap[] = []): void {
    unanswered.restore(mayBeUnanswered);
    restoreMemory(parts, answers, taps);
  }

  return { judge, restore };
}

function restoreMemory(
  { knowledge, local }: TapJudgeParts,
  answers: RecentAnswers<TapAnswer>,
  taps: readonly Tap[],
): void {
  const setup = knowledge.setup();
  if (setup) restoreGuard(local, taps, (tap) => claimOfTap(tap, setup));
  const accepted = taps.filter(({ outcome }) => outcome === 'accepted');
  for (const tap of accepted) answers.add(tap.tapId, Promise.resolve(toAnswer(tap)));
}

export const createGateChallenges = (clock: Clock): Challenges =>
  createChallenges(
    () => clock.monotonicMilliseconds() / 1000,
    () => randomBytes(8).toString('hex'),
  );

/** What the gate is to display. Throws ServiceError as `judge` does, and `no_challenge_here`. */
export function displayChallenge(knowledge: Knowledge, challenges: Challenges, gateId: string) {
  if (!requireGate(knowledge, gateId).gate.challenge) {
    throw new ServiceError(409, 'no_challenge_here', { detail: 'This gate does not ask for its own code.' });
  }
  return {
    text: writeChallengeText(challenges.display(gateId)),
    expiresInSeconds: challengeLifetimeSeconds,
  };
}

/** What the text says before anything of it is verified: it only chooses the challenge that it must answer. */
function challengeOf(text: string): string | null {
  try {
    return answerTo(decodeTicket(text));
  } catch {
    return null;
  }
}

const answerTo = (ticket: DecodedTicket): string | null => (ticket.profile === 'D' ? ticket.challenge : null);
const useOf = ({ issuer, cardRef, slot }: DecodedTicket): string => `${issuer}.${cardRef} ${slot}`;

/** Null when Redis gives no certain answer in time: an error is never read as "not used yet". */
async function askRedis({ redis, metrics }: TapJudgeParts, claim: Claim): Promise<ClaimAnswer | null> {
  if (!redis) return null;
  const end = metrics.guardSeconds.startTimer();
  const answer = await redis.claim(claim).catch(() => null);
  end({ guard: answer ? 'redis' : 'local' });
  const isTaken = answer?.answer === 'accepted' || answer?.answer === 'repeat';
  return isTaken && redis.mayHaveForgotten?.(claim) ? { ...answer, isForgetful: true } : answer;
}

/** Redis decides where it answers; a claim that too few replicas hold counts as own memory's. */
function weigh(
  shared: ClaimAnswer | null,
  own: ClaimAnswer,
): { judged: ClaimAnswer; guard: Guard; marks: TapMark[] } {
  const isUnreplicated = shared !== null && 'isUnreplicated' in shared;
  const isForgetful = shared !== null && 'isForgetful' in shared;
  return {
    judged: shared ?? own,
    guard: shared && !isUnreplicated ? 'redis' : 'local',
    marks: [
      ...(isUnreplicated ? (['claim_unreplicated'] as const) : []),
      ...(isForgetful ? (['claims_forgotten'] as const) : []),
    ],
  };
}

/** Why no tap can be judged now, or null. */
export function whyNotReady(knowledge: Knowledge): string | null {
  if (knowledge.revokedAt() !== undefined) return 'The operator has revoked this validator.';
  if (!knowledge.enrolment()) return 'The validator is not enrolled at an operator yet.';
  if (!knowledge.setup()) return 'The validator has not received its gates from the operator yet.';
  if (!knowledge.trust())
    return 'The validator has no trust bundle that counts now; it asks the issuer for one.';
  return null;
}

function requireGate(knowledge: Knowledge, gateId: string) {
  if (knowledge.revokedAt() !== undefined) {
    throw new ServiceError(503, 'validator_revoked', {
      detail: 'The operator has revoked this validator. Its gates stay closed; staff must enrol it anew.',
    });
  }
  const detail = whyNotReady(knowledge);
  if (detail !== null) throw new ServiceError(503, 'not_ready', { detail, retryAfterSeconds: 5 });
  const setup = knowledge.setup()!;
  const gate = setup.gates.get(gateId);
  if (!gate) {
    throw new ServiceError(404, 'unknown_gate', { detail: 'This validator does not serve such a gate.' });
  }
  return { setup, keys: knowledge.trust()!.keys, gate };
}

/** Where a code is read: one validator may serve many gates, and a copy shown at the next one is no repeat. */
const readingPoint = (validatorId: string, gateId: string): string => `${validatorId}/${gateId}`;

/** What is decided about a ticket that stood every check but the guard's. */
type Judged = Verdict & { ticket: DecodedTicket; conditions: readonly DegradedCondition[] };

const toClaim = (
  { tapId, atMilliseconds, gate, setup, continued }: Reading,
  ticket: DecodedTicket,
): Claim => ({
  card: `${ticket.issuer}.${ticket.cardRef}`,
  slot: ticket.slot,
  validator: readingPoint(setup.validatorId, gate.gateId),
  tapId,
  atSeconds: atMilliseconds / 1000,
  passage: passageAt(gate),
  ...(continued ? { isSecondTry: true } : {}),
});

/** The claim of a recorded tap; of a gate that is no longer served the anti-passback rule is not known. */
function claimOfTap({ tapId, gateId, at, ticket }: Tap & { ticket: TapTicket }, setup: Setup): Claim {
  const { issuer, cardRef, slot } = ticket;
  const gate = setup.gates.get(gateId);
  return {
    card: `${issuer}.${cardRef}`,
    slot,
    validator: readingPoint(setup.validatorId, gateId),
    tapId,
    atSeconds: Date.parse(at) / 1000,
    ...(gate ? { passage: passageAt(gate) } : {}),
  };
}

/** The gate's anti-passback rule; where it has none, a card may come back at once. */
const passageAt = (gate: Gate): NonNullable<Claim['passage']> =>
  gate.passback
    ? { area: passbackAreaOf(gate, gate.passback), rule: gate.passback }
    : { area: '-', rule: { seconds: 0 } };

/** The gate's place, where it is one of this validator's own. */
function describeUse({ validator, atSeconds }: Use, { gates }: Setup): TapAnswer['lastUse'] {
  const gate = gates.get(validator.slice(validator.indexOf('/') + 1));
  if (!gate) return undefined;
  const { nameVi, nameEn } = gate.place;
  return { nameVi, nameEn, at: instantOf(Math.round(atSeconds * 1000)) };
}

function toTap(
  { tapId, atMilliseconds, gate, setup, continued }: Reading,
  { reason, guard, ticket, marks, conditions = [], policy }: Verdict,
): Tap {
  const isContinued = continued !== undefined && !reason;
  return {
    tapId,
    gateId: gate.gateId,
    at: instantOf(atMilliseconds),
    outcome: reason ? 'rejected' : 'accepted',
    ...(reason ? { reason } : {}),
    guard,
    marks: marksOf(isContinued ? [...marks, 'after_stop'] : marks, conditions),
    ...(policy === undefined ? {} : { policy }),
    ...(isContinued ? { continues: continued.tapId } : {}),
    ...(ticket
      ? {
          ticket: {
            profile: ticket.profile,
            issuer: ticket.issuer,
            keyNo: ticket.keyNo,
            cardRef: ticket.cardRef,
            serviceDay: setup.dayOfSlot(firstSlotOf(ticket)),
            slot: ticket.slot,
            concession: ticket.concession,
            product: ticket.product,
            scope: ticket.scope,
          },
        }
      : {}),
  };
}

const toAnswer = ({ tapId, outcome, reason, guard, gateId, at, ticket, marks }: Tap): TapAnswer => ({
  tapId,
  outcome,
  ...(reason ? { reason } : {}),
  guard,
  gate: gateId,
  at,
  ...(marks.length > 0 ? { marks } : {}),
  repeat: false,
  ...(ticket ? { ticket: { product: ticket.product, concession: ticket.concession } } : {}),
});
