/** One run of the world: made from a seed, lived through, healed, and judged. */
import { createHash } from 'node:crypto';
import type { TapAnswer } from '@vedong/contracts';
import { nodeSignatures } from '@vedong/ticket/node';
import { claimLifetimeSeconds } from '@vedong/validator/replay/claim';
import { cheapSignatures } from './cheap-signatures.ts';
import { layOutCity } from './city.ts';
import { checkBooks } from './check-books.ts';
import { checkClocks, checkTold } from './check-healed.ts';
import { listContinued } from './check-second-tries.ts';
import { createFaults } from './faults.ts';
import { createInvariants, type Broken } from './invariants.ts';
import { createIssuer } from './issuer.ts';
import { createLine, type Line } from './network.ts';
import { createOperator } from './operator.ts';
import { createPhones, type Card } from './phones.ts';
import { makePlan, type Plan, type WantedWorld } from './plan.ts';
import { createPoison } from './poison.ts';
import { plantedBugs, worldFor, type PlantedBug, type PlantedBugName } from './planted-bugs.ts';
import { createRandom } from './random.ts';
import { createTurnstiles, startRiders, type Turnstiles } from './riders.ts';
import { createScheduler } from './scheduler.ts';
import { createSharedStore } from './shared-store.ts';
import { openTrustOffice } from './trust-office.ts';
import { createSimulatedValidator, type SimulatedValidator } from './validator-process.ts';

export interface RunOptions {
  seed: number;
  bug?: PlantedBugName | undefined;
  /** What the world is to be whatever the seed says; for a planted mistake what `worldFor` it is. */
  world?: WantedWorld | undefined;
  /** Told everything that happens, as it happens. */
  onTrace?: ((line: string) => void) | undefined;
  /** Given the world before anything happens in it, to listen to its parts. */
  onBuilt?: ((world: Foundations) => void) | undefined;
}

export interface RunResult {
  seed: number;
  plan: Plan;
  /** Of everything that happened: the same for the same seed. */
  digest: string;
  /** Empty where every invariant held. */
  broken: Broken[];
  counts: {
    gates: number;
    riders: number;
    taps: number;
    accepted: number;
    trips: number;
    secondTries: number;
    starts: number;
  };
}

type Foundations = ReturnType<typeof buildWorld>;
export type { Foundations };
/** Everything of one run. */
export interface World extends Foundations {
  turnstiles: Turnstiles;
  honestRides: {
    list: { card: Card; entry: TapAnswer; exit: TapAnswer }[];
    /** Cards that were not only used honestly. */
    cheats: Set<Card>;
  };
}

export async function runSeed(options: RunOptions): Promise<RunResult> {
  const foundations = buildWorld(options);
  const world: World = {
    ...foundations,
    turnstiles: createTurnstiles(foundations),
    honestRides: { list: [], cheats: new Set() },
  };
  const { plan, scheduler, invariants, validators } = world;
  options.onBuilt?.(foundations);
  const isOver = () => invariants.broken.length > 0;
  try {
    for (const validator of validators) await validator.start();
    for (const validator of validators) await validator.refresh();
    startRefreshing(world);
    startBackOffice(world);
    startRiders(world);
    const faults = createFaults(world);
    faults.start();
    await scheduler.runUntil(scheduler.now() + plan.minutes * 60_000, isOver);
    faults.end();
    await bringHome(world, isOver);
    if (!isOver()) checkBooks(world);
  } catch (error) {
    invariants.fail('crash', `an error that nothing should throw: ${(error as Error).stack}`);
  } finally {
    world.state.isOver = true;
    for (const { disk } of validators) disk.close();
  }
  return resultOf(options.seed, world);
}

function buildWorld({ seed, bug, world, onTrace }: RunOptions) {
  const plantedBug: PlantedBug | null = bug === undefined ? null : plantedBugs[bug];
  const plan = makePlan(createRandom(seed, 'plan'), world ?? (bug && worldFor(bug)));
  const scheduler = createScheduler(plan.startsAtSeconds * 1000, createRandom(seed, 'scheduler'));
  const digest = createHash('sha256');
  const state = { isEnding: false, isOver: false };
  const trace = (what: string): void => {
    if (state.isOver) return;
    const line = `${((scheduler.now() - plan.startsAtSeconds * 1000) / 1000).toFixed(3)} ${what}`;
    digest.update(`${line}\n`);
    onTrace?.(line);
  };
  const random = createRandom(seed, 'world');
  const city = layOutCity(random, plan);
  const office = openTrustOffice(plan.startsAtSeconds, plan.riders);
  const phones = createPhones(createRandom(seed, 'phones'), office, plan);
  const cards = Array.from({ length: plan.riders }, (_, index) => phones.makeCard(index));
  const operator = createOperator(city, scheduler.now, plantedBug ?? {});
  const issuer = createIssuer(city, cards, plantedBug?.chargesTwice);
  const store = createSharedStore(
    scheduler.now,
    plantedBug?.storeForgetsAfterSeconds ?? claimLifetimeSeconds,
    plantedBug?.tellingOverwrites,
  );
  const lines: Record<'store' | 'office' | 'operator', Line>[] = [];
  const validators = city.validators.map((self): SimulatedValidator => {
    const own = createRandom(seed, self.validatorId);
    const line = () => createLine(scheduler, own, plan.network);
    const wires = { store: line(), office: line(), operator: line() };
    lines.push(wires);
    const most = plan.clockErrorMillisecondsMost;
    return createSimulatedValidator(self, {
      scheduler,
      random: own,
      signatures: plan.areSignaturesReal ? nodeSignatures : cheapSignatures,
      store,
      storeLine: wires.store,
      office,
      officeLine: wires.office,
      operatorLine: wires.operator,
      takeBatch: (sealed) => operator.takeBatch(sealed),
      readConfiguration: operator.readConfiguration,
      plantedBug,
      badRefreshChance: plan.badRefreshChance,
      clock: {
        errorMilliseconds: own.between(-most, most),
        driftPerMillion: own.between(-plan.driftPerMillionMost, plan.driftPerMillionMost),
      },
      isEnding: () => state.isEnding,
      onLowered: (what) => invariants.fail('I2', what),
      trace,
    });
  });
  const poison = createPoison(createRandom(seed, 'poison'));
  const invariants = createInvariants({ validators, office, store, scheduler, poison, trace });
  const chargeLine = createLine(scheduler, random, plan.network);
  const rules = { plan, scheduler, random, trace, digest, invariants, state };
  const places = {
    city,
    office,
    phones,
    cards,
    operator,
    issuer,
    store,
    validators,
    lines,
    chargeLine,
    poison,
  };
  return { seed, ...rules, ...places };
}

/** The command that lives through a seed once more and tells it. */
export const howToSeeAgain = (seed: number, bug?: PlantedBugName): string =>
  `npm run -s simulate -- --seed ${seed}${bug === undefined ? '' : ` --bug ${bug}`} --trace`;

/** Every validator asks for what may have changed, now and then; and each time, its versions are looked at. */
function startRefreshing({ validators, scheduler, random, invariants, state }: World): void {
  for (const validator of validators) {
    const again = async (): Promise<void> => {
      if (state.isEnding) return;
      validator.askConfiguration();
      await validator.refresh();
      invariants.checkVersions(validator);
      scheduler.after(random.between(20_000, 150_000), again);
    };
    scheduler.after(random.between(0, 20_000), again);
  }
}

const chargesPerCall = 200;
const chargePatienceMilliseconds = 10_000;

/** The operator pairs trips and sends them to the issuer, at least once each. */
function startBackOffice(world: World): void {
  const { scheduler, random, operator, state } = world;
  const again = (): void => {
    operator.makeTrips();
    if (!state.isEnding) scheduler.after(random.between(500, 20_000), again);
  };
  again();
  const send = async (): Promise<void> => {
    await sendCharges(world).catch(() => {});
    if (!state.isEnding) scheduler.after(random.between(500, 20_000), () => void send());
  };
  void send();
}

async function sendCharges({ operator, issuer, invariants, chargeLine, scheduler }: World): Promise<boolean> {
  const sent = operator.waitingCharges(chargesPerCall);
  if (sent.length === 0) return false;
  const charges = sent.map(({ trip }) => operator.chargeOf(trip));
  const serve = () => {
    try {
      const results = issuer.takeCharges(charges, scheduler.now());
      if (results.some((result) => result === 'unknown_card' || result === 'other_card')) {
        invariants.fail('I3', 'the issuer refuses a charge of a card it knows');
      }
    } catch (error) {
      invariants.fail('I4', (error as Error).message);
    }
  };
  await chargeLine.call(serve, chargePatienceMilliseconds, () => new Error('no answer'));
  operator.settleCharges(sent);
  return true;
}

const healingMinutes = 10;
/** By then the shared memory has been told of what it missed. */
const tellingSeconds = 40;
/** Longer than any trip may take. */
const waitForExitsMilliseconds = 5 * 3600_000;

/** All faults are over: what is on the validators' disks reaches the operator, and its trips the issuer. */
async function bringHome(world: World, isOver: () => boolean): Promise<void> {
  const { scheduler, validators, operator, lines, chargeLine, state } = world;
  for (const line of [...lines.flatMap((wires) => Object.values(wires)), chargeLine]) line.isCut = false;
  for (const validator of validators) {
    validator.calmDown();
    await validator.start();
    validator.wake();
  }
  await scheduler.runUntil(scheduler.now() + tellingSeconds * 1000, isOver);
  if (!isOver()) checkTold(world);
  await scheduler.runUntil(scheduler.now() + healingMinutes * 60_000, isOver);
  if (!isOver()) checkClocks(world);
  state.isEnding = true;
  await scheduler.runUntil(scheduler.now() + waitForExitsMilliseconds, isOver);
  operator.makeTrips();
  operator.closeOverdueTrips();
  for (let turns = 0; turns < 1000 && operator.waitingCharges(1).length > 0 && !isOver(); turns += 1) {
    void sendCharges(world).catch(() => {});
    await scheduler.runUntil(scheduler.now() + 2 * chargePatienceMilliseconds, isOver);
  }
  await scheduler.runUntil(scheduler.now() + 60_000, isOver);
}

function resultOf(seed: number, world: World): RunResult {
  const { plan, city, invariants, operator, validators, digest } = world;
  return {
    seed,
    plan,
    digest: digest.digest('hex'),
    broken: invariants.broken,
    counts: {
      gates: city.gates.size,
      riders: plan.riders,
      taps: operator.taps.size,
      accepted: [...operator.taps.values()].filter(({ tap }) => tap.outcome === 'accepted').length,
      trips: operator.trips.size,
      secondTries: listContinued(invariants).size,
      starts: validators.reduce((sum, { state }) => sum + state.starts, 0),
    },
  };
}
