/** What must hold when everything has arrived: operator and issuer know all that the gates did, once, and to the dong. */
import { settleTrips } from '@vedong/fares';
import { verifyTail } from '@vedong/validator/journal/verify-tail';
import { checkSecondTries, listContinued } from './check-second-tries.ts';
import { createIssuer } from './issuer.ts';
import type { JournalRow } from './disk.ts';
import { createOperator, type Operator } from './operator.ts';
import { contentOf, type StoredTrip } from './trip-books.ts';
import { sealBatch } from './sealed-batch.ts';
import { isFarOff } from './watch-replays.ts';
import type { World } from './world.ts';

export function checkBooks(world: World): void {
  world.invariants.readJournals();
  checkDelivery(world);
  checkPutAside(world);
  checkRevoked(world);
  checkTrips(world);
  checkSecondTries(world);
  checkHonestRides(world);
  checkLedger(world);
}

/** I1: every tap on a disk, and so every answer, is at the operator once, as it was written. */
function checkDelivery(world: World): void {
  const { invariants, operator, validators, poison } = world;
  const { fail, rowsByValidator, answered } = invariants;
  const storedById = Map.groupBy(operator.taps.values(), ({ tap }) => tap.tapId);
  let rows = 0;
  for (const [validatorId, journal] of rowsByValidator) {
    const { length } = listCounted(world, validatorId);
    for (const [index, { seq, tap, record }] of journal.entries()) {
      if (seq !== index + 1) fail('I1', `${validatorId} has no tap ${index + 1}`);
      if (index >= length || poison.codeOf(record) !== undefined) continue;
      rows += 1;
      const stored = storedById.get(tap.tapId) ?? [];
      if (stored.length !== 1) fail('I1', `${validatorId} ${seq} is at the operator ${stored.length} times`);
      const [one] = stored;
      const isSame = one?.seq === seq && one.validatorId === validatorId && one.tap.outcome === tap.outcome;
      if (one && !isSame) fail('I1', `${validatorId} ${seq} arrived changed`);
    }
  }
  if (operator.taps.size !== rows) fail('I1', `${operator.taps.size} taps at the operator, ${rows} on disks`);
  const uncounted = listUncounted(world);
  for (const tapId of answered.keys()) {
    if (!storedById.has(tapId) && !uncounted.has(tapId))
      fail('I1', `tap ${tapId} was answered and is not at the operator`);
  }
  if (operator.brokenChains.size > 0) fail('I1', 'a chain is broken at the operator');
  for (const { disk } of validators) verifyTail(disk.raw);
}

/** What counts of a journal: all of it, but of a revoked validator no more than had arrived by then. */
const listCounted = ({ invariants }: World, validatorId: string): JournalRow[] =>
  invariants.rowsByValidator.get(validatorId)!.slice(0, invariants.revocations.countsUpTo(validatorId));

/** Taps that only a revoked validator's disk has. */
const listUncounted = ({ invariants, poison }: World): Set<string> =>
  new Set(
    [...invariants.revocations.lastSeqs].flatMap(([validatorId, lastSeq]) =>
      invariants.rowsByValidator
        .get(validatorId)!
        .slice(lastSeq)
        .flatMap(({ record, tap }) => (poison.codeOf(record) === undefined ? [tap.tapId] : [])),
    ),
  );

/** I1: a record that cannot be kept is put aside as it was, for its own reason, and no other is; its validator hears of no other. */
function checkPutAside(world: World): void {
  const { invariants, operator, validators, poison } = world;
  const { fail } = invariants;
  let expected = 0;
  for (const { validatorId, disk } of validators) {
    const counted = listCounted(world, validatorId);
    for (const { seq, record } of counted) {
      const code = poison.codeOf(record);
      if (code === undefined) continue;
      expected += 1;
      const kept = operator.quarantined.get(`${validatorId} ${seq}`);
      if (kept?.code !== code || kept.text !== record)
        fail('I1', `${validatorId} ${seq} is not aside as ${code}`);
    }
    const aside = disk.raw.prepare('select seq, code from put_aside').all();
    for (const { seq, code } of aside as unknown as { seq: number; code: string }[]) {
      const record = counted[seq - 1]?.record ?? '';
      if (poison.codeOf(record) !== code) fail('I1', `${validatorId} takes ${seq} for put aside as ${code}`);
    }
  }
  if (operator.quarantined.size !== expected)
    fail('I1', 'a good record of an honest validator was put aside');
}

/** Nothing of a revoked validator is stored any more, and it has heard, where the network lets it. */
function checkRevoked({ invariants, operator, validators, plan }: World): void {
  const { fail, revocations } = invariants;
  for (const { validatorId, seq } of operator.taps.values()) {
    if (seq > revocations.countsUpTo(validatorId))
      fail('revoked', `${validatorId} ${seq} is stored after all`);
  }
  const isNetworkGood = plan.network.lossChance < 0.1;
  for (const validator of validators) {
    if (!isNetworkGood || !revocations.lastSeqs.has(validator.validatorId)) continue;
    if (!revocations.hasHeard(validator)) fail('revoked', `${validator.validatorId} never heard of it`);
  }
}

/** The same taps in one go and in order give the same trips: the way they took made no difference. */
function checkTrips(world: World): void {
  const { invariants, operator } = world;
  const again = replayInOrder(world);
  const [here, there] = [standing(operator), standing(again)];
  if (here.size !== there.size) invariants.fail('trips', `${here.size} trips, in order ${there.size}`);
  for (const [tripId, content] of here) {
    if (there.get(tripId) !== content)
      invariants.fail('trips', `trip ${tripId} differs from itself in order`);
  }
  const ends = [...operator.trips.values()].filter(({ state }) => state !== 'withdrawn').flatMap(endsOf);
  const accepted = [...operator.taps.values()].filter(({ tap }) => tap.outcome === 'accepted');
  const idle = checkConflicts(world, again);
  if (ends.length + idle !== accepted.length || new Set(ends).size !== ends.length) {
    invariants.fail('trips', `${accepted.length} taps, ${idle} of them idle, ${ends.length} ends of trips`);
  }
}

/**
 * Every slot that was taken more than once is an incident with all its taps. Of a slot one tap makes a trip, and none
 * where another tap stands for it; gives the number of the others.
 */
function checkConflicts(world: World, again: Operator): number {
  const { invariants, operator } = world;
  const uncounted = listUncounted(world);
  const continued = listContinued(invariants, uncounted);
  let idle = 0;
  for (const [card, conflicts] of operator.conflictsByCard) {
    if (JSON.stringify(conflicts) !== JSON.stringify(again.conflictsByCard.get(card))) {
      invariants.fail('conflicts', `what is found of ${card} depends on the order of arrival`);
    }
  }
  for (const taps of invariants.acceptedByCard.values()) {
    const counted = taps.filter(({ tap }) => !uncounted.has(tap.tapId));
    for (const [slot, used] of Map.groupBy(counted, ({ tap }) => tap.ticket.slot)) {
      idle += used.length - (used.every(({ tap }) => continued.has(tap.tapId)) ? 0 : 1);
      if (used.length === 1) continue;
      const { serviceDay, cardRef } = used[0]!.tap.ticket;
      const conflicts = operator.conflictsByCard.get(`${serviceDay} ${cardRef}`) ?? [];
      const found = new Set(
        conflicts.flatMap((one) =>
          one.class === 'copy' ? one.findings.flatMap(({ tapIds }) => tapIds) : [],
        ),
      );
      if (!used.every(({ tap }) => found.has(tap.tapId))) {
        invariants.fail('conflicts', `slot ${slot} of ${cardRef} was taken ${used.length} times, unnoticed`);
      }
    }
  }
  return idle;
}

function replayInOrder(world: World): Operator {
  const { city, scheduler } = world;
  const operator = createOperator(city, scheduler.now);
  for (const { validatorId } of city.validators) {
    const journal = listCounted(world, validatorId);
    for (let from = 0; from < journal.length; from += 1000) {
      const rows = journal.slice(from, from + 1000);
      const previousHash = journal[from - 1]?.hash ?? '0'.repeat(64);
      const records = rows.map(({ record }) => record);
      operator.takeBatch(sealBatch({ validatorId, firstSeq: from + 1, previousHash, records }, validatorId));
    }
  }
  operator.makeTrips();
  return operator;
}

const standing = ({ trips }: Operator): Map<string, string> =>
  new Map(
    [...trips]
      .filter(([, { state }]) => state !== 'withdrawn')
      .map(([tripId, trip]) => [tripId, contentOf(trip)]),
  );

const endsOf = ({ entry, exit }: StoredTrip): string[] => [entry, exit].flatMap((end) => end?.tapId ?? []);

/**
 * Who rode alone and was let in and out has that one trip, whole. Left out are those of whom a gate wrote a tap that it
 * died before answering, and who did not try again there: they went elsewhere, and the operator cannot tell that from
 * another ride. And those of whom an unsure clock far off said when they rode, or of whom only a revoked validator
 * knows a tap.
 */
function checkHonestRides(world: World): void {
  const { honestRides, operator, invariants } = world;
  const { acceptedByCard, answered } = invariants;
  const continued = listContinued(invariants);
  const isLost = ({ tapId }: { tapId: string }) => !answered.has(tapId) && !continued.has(tapId);
  const uncounted = listUncounted(world);
  const unheard = new Set(
    [...acceptedByCard.values()]
      .flat()
      .filter((taken) => isLost(taken.tap) || uncounted.has(taken.tap.tapId) || isFarOff(taken))
      .map(({ tap }) => tap.ticket.cardRef),
  );
  const byEntry = new Map([...operator.trips.values()].map((trip) => [trip.entry?.tapId, trip]));
  for (const { card, entry, exit } of honestRides.list) {
    if (honestRides.cheats.has(card) || [...card.refs.values()].some((ref) => unheard.has(ref))) continue;
    const trip = byEntry.get(entry.tapId);
    if (trip?.state !== 'complete' || trip.exit?.tapId !== exit.tapId) {
      invariants.fail('trips', `the ride from tap ${entry.tapId} to ${exit.tapId} is no complete trip`);
    }
  }
}

/** I3 and I4: what every card has paid is what all its trips together cost, worked out from nothing, once. */
function checkLedger(world: World): void {
  const { operator, issuer, invariants, city, cards, scheduler } = world;
  const waiting = operator.waitingCharges(1);
  if (waiting.length > 0) invariants.fail('I3', 'a trip never reached the issuer');
  const sum = [...issuer.balances.values()].reduce((total, amount) => total + amount, 0);
  if (sum !== 0) invariants.fail('I4', `the ledger is off by ${sum}`);

  const fresh = createIssuer(city, cards);
  const charges = [...operator.trips.values()].map((trip) => operator.chargeOf(trip));
  fresh.takeCharges(charges, scheduler.now());
  for (const card of cards) {
    const paid = -(issuer.balances.get(`wallet ${card.cardId}`) ?? 0);
    const due = -(fresh.balances.get(`wallet ${card.cardId}`) ?? 0);
    if (paid !== due) invariants.fail('I3', `card ${card.statusIdx} has paid ${paid}, its trips cost ${due}`);
    const accounts = [...(fresh.tripsByCard.get(card.cardId) ?? [])].map(
      (id) => fresh.trips.get(id)!.account,
    );
    const settled = settleTrips({ trips: accounts, passes: [], ...fresh.termsOn(scheduler.now()) });
    const fares = settled.trips.reduce((total, { fare }) => total + (fare?.amount ?? 0), 0);
    if (fares !== due)
      invariants.fail('I4', `card ${card.statusIdx}: fares sum to ${fares}, the ledger to ${due}`);
  }
}
