/** Gate classes and anti-passback seen from outside: what every accepted tap must say, and what must not have been let in. */
import {
  degradedConditions,
  passbackAreaOf,
  policyName,
  standardGateClass,
  type DegradedCondition,
  type Gate,
  type GateClass,
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
    if (!rule || rule.group) return;
    const areaOf = ({ tap }: AcceptedTap) => passbackAreaOf(gates.get(tap.gateId)!, rule);
    const earlier = before.at(-1);
    if (!earlier || areaOf(earlier) !== areaOf(later)) return;
    if (later.tap.continues !== undefined && earlier.tap.gateId === later.tap.gateId) return;
    if (gates.get(earlier.tap.gateId)!.passback === undefined || isFarOff(earlier) || isFarOff(later)) return;
    const away = Math.abs(Date.parse(later.tap.at) - Date.parse(earlier.tap.at)) / 1000;
    if (away >= rule.seconds || later.at - earlier.at < underWayMilliseconds) return;
    const isOwn =
      earlier.validatorId === later.validatorId &&
      later.tap.guard === 'local' &&
      later.tap.ticket.slot > earlier.tap.ticket.slot;
    const wasLost = store.lastLossAt() >= earlier.at - underWayMilliseconds;
    const isShared = earlier.tap.guard === 'redis' && later.tap.guard === 'redis' && !wasLost;
    if (isOwn || isShared) fail('passback', `${later.tap.gateId} lets a card in again after ${away} s`);
  }

  return { checkPolicy, checkRefusal, checkPassback };
}

const classOf = ({ gateClass }: Gate): GateClass =>
  gateClasses.find(({ classId }) => classId === gateClass) ?? standardGateClass;

/** A list that is not there is old, and its mark says more. */
const conditionsOf = ({ marks }: Pick<Tap, 'marks'>): DegradedCondition[] =>
  degradedConditions.filter(
    (condition) =>
      marks.includes(condition) || (condition === 'status_old' && marks.includes('status_unchecked')),
  );
