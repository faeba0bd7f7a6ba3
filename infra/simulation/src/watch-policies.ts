/** Gate classes and anti-passback seen from outside: what every accepted tap must say, and what must not have been let in. */
import {
  degradedConditions,
  passbackAreaOf,
  policyName,
  standardGateClass,
  type DegradedCondition,
  type Gate,
  type GateClass,
  type PassbackRule,
  type Tap,
} from '@vedong/travel';
import { strictestAction } from '@vedong/validator/policy/decide';
import { gateClasses } from './city.ts';
import type { SharedStore } from './shared-store.ts';
import type { SimulatedValidator } from './validator-process.ts';
import { isFarOff, type AcceptedTap } from './watch-replays.ts';

const hourMilliseconds = 3_600_000;
/** Taps under way at one moment may be written in another order than they were judged in. */
const underWayMilliseconds = 1000;

interface Watched {
  validators: readonly SimulatedValidator[];
  store: SharedStore;
  fail: (invariant: 'I6' | 'passback', what: string) => void;
}

export function watchPolicies({ validators, store, fail }: Watched) {
  const gates = new Map(validators.flatMap((one) => one.gates.map((gate) => [gate.gateId, gate] as const)));
  const usersOfRedis = new Set(validators.filter((one) => one.usesRedis).map((one) => one.validatorId));
  /** Rides let through under `limited`, by validator and card, and by gate. */
  const limited = new Map<string, { tapId: string; at: number }[]>();

  function checkPolicy({ tap, validatorId, at }: AcceptedTap): void {
    const { gateId, policy, guard } = tap;
    const gateClass = classOf(gates.get(gateId)!);
    const conditions = conditionsOf(tap);
    if (guard === 'local' && usersOfRedis.has(validatorId) && !conditions.includes('guard_local')) {
      fail('I6', `${gateId} accepted a tap by own memory alone, unmarked`);
    }
    const action = strictestAction(gateClass, conditions);
    const expected = conditions.length === 0 ? undefined : policyName(gateClass.classId, action);
    if (policy !== expected) fail('I6', `${gateId} accepted by ${policy}, its class says ${expected}`);
    if (action === 'closed') fail('I6', `${gateId} is closed under ${conditions.join()}, and accepted`);
    if (action !== 'limited') return;
    const { cardRides, gateRides } = gateClass.limits;
    count(`${validatorId} ${tap.ticket.cardRef}`, { tap, at }, cardRides);
    count(gateId, { tap, at }, gateRides);
  }

  /** A rider's second try is the ride that has been counted. */
  function count(name: string, { tap, at }: Pick<AcceptedTap, 'tap' | 'at'>, most: number): void {
    const { tapId, continues } = tap;
    const before = (limited.get(name) ?? []).filter((ride) => ride.tapId !== continues);
    const rides = [...before, { tapId, at }].filter((ride) => ride.at > at - hourMilliseconds);
    limited.set(name, rides);
    if (rides.length > most) fail('I6', `${name} let through ${rides.length} times in an hour, not ${most}`);
  }

  /** A good code is refused for policy's sake only where the policy says so. */
  function checkRefusal(tap: Tap): void {
    const { gateId, reason } = tap;
    const gate = gates.get(gateId)!;
    if (reason === 'passback' && !gate.passback) fail('passback', `${gateId} has no rule, and refuses by it`);
    const expected = reason === 'gate_closed' ? 'closed' : reason === 'offline_limit' ? 'limited' : undefined;
    const action = strictestAction(classOf(gate), conditionsOf(tap));
    if (expected && action !== expected)
      fail('I6', `${gateId} refused by ${reason}, its class says ${action}`);
  }

  /** `before`: the card's accepted taps in the order in which disks had them. */
  function checkPassback(before: readonly AcceptedTap[], later: AcceptedTap): void {
    const rule = gates.get(later.tap.gateId)!.passback;
    if (!rule) return;
    const areaOf = ({ tap }: AcceptedTap) => passbackAreaOf(gates.get(tap.gateId)!, rule);
    const start = before.findLastIndex((one) => areaOf(one) !== areaOf(later)) + 1;
    const here = before.slice(start);
    const earlier = here.at(-1);
    if (later.tap.continues !== undefined && earlier?.tap.gateId === later.tap.gateId) return;
    if (!earlier || !areKnownToOneMemory([...here, later])) return;
    const away = secondsBetween(earlier, later);
    if (away >= rule.seconds || isOfGroup(here, later, rule)) return;
    fail('passback', `${later.tap.gateId} lets a card in again after ${away} s`);
  }

  /** Whether whoever let in the last of these must have known the others, in the order of their slots. */
  function areKnownToOneMemory(taps: readonly AcceptedTap[]): boolean {
    const [first, last] = [taps[0]!, taps.at(-1)!];
    const isInOrder = taps.every((tap, index) => {
      const previous = taps[index - 1];
      if (isFarOff(tap) || gates.get(tap.tap.gateId)!.passback === undefined) return false;
      const isNewer = !previous || tap.tap.ticket.slot > previous.tap.ticket.slot;
      return isNewer && (!previous || tap.at - previous.at >= underWayMilliseconds);
    });
    const isOwn = taps.every(
      ({ validatorId, tap }) => validatorId === last.validatorId && tap.guard === 'local',
    );
    const wasLost = store.lastLossAt() >= first.at - underWayMilliseconds;
    // A claim whose answer was lost counts there, and takes the place of the one before, though its gate refused.
    const { issuer, cardRef } = first.tap.ticket;
    const ids = new Set(taps.map(({ tap }) => tap.tapId));
    const claimed = store.claimedSince(`${issuer}.${cardRef}`, first.at - underWayMilliseconds);
    const hasOthers = claimed.some((tapId) => !ids.has(tapId));
    const isShared = !wasLost && !hasOthers && taps.every(({ tap }) => tap.guard === 'redis');
    return isInOrder && (isOwn || isShared);
  }

  return { checkPolicy, checkRefusal, checkPassback };
}

const secondsBetween = (one: AcceptedTap, other: AcceptedTap): number =>
  Math.abs(Date.parse(other.tap.at) - Date.parse(one.tap.at)) / 1000;

/** Whether a card that was let in again and again still boards with the first of its group. */
function isOfGroup(here: readonly AcceptedTap[], later: AcceptedTap, { group }: PassbackRule): boolean {
  if (!group) return false;
  let persons: AcceptedTap[] = [];
  for (const tap of here) {
    // The same person tries again, as the gate gave no answer.
    if (tap.tap.continues !== undefined && persons.length > 0) continue;
    const isWith = persons.length > 0 && persons.length < group.persons;
    persons = isWith && secondsBetween(persons[0]!, tap) <= group.seconds ? [...persons, tap] : [tap];
  }
  return persons.length < group.persons && secondsBetween(persons[0]!, later) <= group.seconds;
}

const classOf = ({ gateClass }: Gate): GateClass =>
  gateClasses.find(({ classId }) => classId === gateClass) ?? standardGateClass;

/** A list that is not there is old, and its mark says more. */
const conditionsOf = ({ marks }: Pick<Tap, 'marks'>): DegradedCondition[] =>
  degradedConditions.filter(
    (condition) =>
      marks.includes(condition) || (condition === 'status_old' && marks.includes('status_unchecked')),
  );
