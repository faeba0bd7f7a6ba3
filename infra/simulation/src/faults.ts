/** What goes wrong in a run: each kind at its own pace, each with its end. */
import { slotAt } from '@vedong/ticket';
import type { ServiceDay, TapTicket } from '@vedong/travel';
import { blockingStatuses, issuerNumber } from './trust-office.ts';
import { faultKinds, type FaultKind } from './plan.ts';
import type { Random } from './random.ts';
import { tryOldCodes } from './riders.ts';
import type { SimulatedValidator } from './validator-process.ts';
import type { World } from './world.ts';

export function createFaults(world: World) {
  const { plan, random, scheduler } = world;
  const course: Course = { isOver: false, forAWhile };
  const ends: (() => void)[] = [];

  /** Begins something that ends by itself after a while, or with the run's faults. */
  function forAWhile([least, most]: readonly [number, number], end: () => void): void {
    let hasEnded = false;
    const once = () => {
      if (hasEnded) return;
      hasEnded = true;
      end();
    };
    ends.push(once);
    scheduler.after(random.between(least, most), once);
  }

  const strike = { ...strikesAtValidators(world, course), ...strikesAtServers(world, course) };

  function repeat(kind: FaultKind, meanSeconds: number): void {
    // Exponential: the next one does not know when the last one was.
    const wait = -Math.log(1 - random.next()) * meanSeconds * 1000;
    scheduler.after(wait, () => {
      if (course.isOver) return;
      strike[kind]();
      repeat(kind, meanSeconds);
    });
  }

  return {
    start(): void {
      for (const kind of faultKinds) {
        const mean = plan.meanSecondsBetween[kind];
        if (mean > 0) repeat(kind, mean);
      }
    },
    /** Everything that is broken is whole again. */
    end(): void {
      course.isOver = true;
      for (const end of ends) end();
    },
  };
}

/** The time of a run in which things go wrong. */
interface Course {
  isOver: boolean;
  forAWhile: (milliseconds: readonly [number, number], end: () => void) => void;
}

type Strikes<K extends FaultKind> = Record<K, () => void>;
type AtValidators = 'power_cut' | 'crash_at_write' | 'disk_full' | 'clock_jump' | 'alone' | 'poison';

const gatesOf = ({ gates }: SimulatedValidator) => gates.map(({ gateId }) => gateId);

function strikesAtValidators(world: World, course: Course): Strikes<AtValidators> {
  const { random, scheduler, trace, validators, city, phones, poison, invariants } = world;

  /** Somebody sets it, or its battery is flat. */
  function setWrong(victim: SimulatedValidator): void {
    const jump = random.pick([-3_600_000, -300_000, -90_000, -20_000, 20_000, 90_000, 300_000, 3_600_000]);
    victim.machine.jump(jump);
    trace(`${victim.validatorId}: clock jumps by ${jump} ms`);
    scheduler.after(random.between(0, 10_000), () => tryOldCodes(world, gatesOf(victim), 10));
    course.forAWhile([10_000, 200_000], () => victim.machine.correct());
  }

  function restartLater(victim: SimulatedValidator): void {
    const again = async (): Promise<void> => {
      await victim.start();
      if (!victim.isAlive()) {
        if (!course.isOver) scheduler.after(2000, again);
        return;
      }
      world.invariants.checkVersions(victim);
      tryOldCodes(world, gatesOf(victim), 4);
    };
    scheduler.after(random.pick([200, 3000, 20_000, 90_000]), again);
  }

  return {
    power_cut() {
      const victim = random.pick(validators);
      victim.crash();
      restartLater(victim);
    },
    crash_at_write() {
      const victim = random.pick(validators);
      victim.crashAtWrite(random.between(0, 12));
      // It dies at a write of its own time; from then on somebody switches it on again.
      const look = (): void => {
        if (!victim.isAlive()) restartLater(victim);
        else if (!course.isOver) scheduler.after(1000, look);
      };
      scheduler.after(1000, look);
    },
    disk_full() {
      const victim = random.pick(validators);
      victim.state.isDiskFull = true;
      trace(`${victim.validatorId}: disk full`);
      course.forAWhile([2000, 60_000], () => {
        victim.state.isDiskFull = false;
      });
    },
    clock_jump() {
      setWrong(random.pick(validators));
    },
    poison() {
      const victim = random.pick(validators);
      const today = phones.days[1]!;
      const others = [...city.gates.values()].filter(({ validatorId }) => validatorId !== victim.validatorId);
      const rows = invariants.rowsByValidator.get(victim.validatorId)!;
      const record = poison.make({
        nowMilliseconds: scheduler.now(),
        gateId: victim.gates[0]!.gateId,
        foreignGateId: random.pick(others).gateId,
        lastRefusal: rows.findLast(({ record, tap }) => tap.outcome === 'rejected' && !poison.codeOf(record))
          ?.tap,
        ticket: strangersTicket(random, today, slotAt(scheduler.now() / 1000)),
      });
      trace(`${victim.validatorId} is to write a record that cannot be kept`);
      void victim.write(record);
    },
    /** Power cut, and when it is back there is no network, and the computer's clock may be wrong. */
    alone() {
      const index = random.between(0, validators.length - 1);
      const victim = validators[index]!;
      const wires = Object.values(world.lines[index]!);
      trace(`${victim.validatorId} is alone`);
      for (const line of wires) line.isCut = true;
      if (random.chance(0.7)) setWrong(victim);
      victim.crash();
      restartLater(victim);
      course.forAWhile([20_000, 300_000], () => {
        for (const line of wires) line.isCut = false;
        trace(`${victim.validatorId} is no longer alone`);
        scheduler.after(random.between(0, 20_000), () => tryOldCodes(world, gatesOf(victim), 10));
      });
    },
  };
}

/** Of a card that nobody has. */
const strangersTicket = (random: Random, serviceDay: ServiceDay, slot: number): TapTicket => ({
  profile: 'D',
  issuer: issuerNumber,
  keyNo: 1,
  cardRef: random.hex(16),
  serviceDay,
  slot,
  concession: 0,
  product: 0,
  scope: 0,
});

function strikesAtServers(world: World, course: Course): Strikes<Exclude<FaultKind, AtValidators>> {
  const { random, scheduler, trace, validators } = world;
  function cut(name: 'store' | 'office' | 'operator'): void {
    const index = random.between(0, validators.length - 1);
    const line = world.lines[index]![name];
    const victim = validators[index]!;
    line.isCut = true;
    trace(`${victim.validatorId} is cut off from the ${name}`);
    if (name === 'store') {
      scheduler.after(random.between(1000, 10_000), () => tryOldCodes(world, gatesOf(victim), 4));
    }
    course.forAWhile([5000, 240_000], () => {
      line.isCut = false;
      trace(`${victim.validatorId} reaches the ${name} again`);
    });
  }

  return {
    operator_cut: () => cut('operator'),
    store_cut: () => cut('store'),
    office_cut: () => cut('office'),
    store_down() {
      world.store.isUp = false;
      trace('the shared store is down');
      const forgets = random.chance(0.5);
      course.forAWhile([500, 60_000], () => {
        if (forgets) world.store.lose();
        world.store.disconnect();
        world.store.isUp = true;
        trace(`the shared store is back${forgets ? ', empty' : ''}`);
      });
    },
    store_loss() {
      world.store.loseSince(scheduler.now() - random.between(0, 3000));
      trace('a replica without the newest claims takes over');
    },
    revoked() {
      const { validatorId } = random.pick(validators);
      if (world.operator.revoked.has(validatorId)) return;
      const { taps, quarantined } = world.operator;
      const ofIt = [
        ...[...taps.values()].filter((tap) => tap.validatorId === validatorId).map(({ seq }) => seq),
        ...[...quarantined.values()].filter((one) => one.validatorId === validatorId).map(({ seq }) => seq),
      ];
      world.operator.revoke(validatorId);
      world.invariants.revocations.lastSeqs.set(validatorId, Math.max(0, ...ofIt));
      trace(`${validatorId} is revoked`);
    },
    card_blocked() {
      const { statusIdx } = random.pick(world.cards);
      world.office.block(statusIdx, random.pick(blockingStatuses));
      trace(`card ${statusIdx} is blocked`);
    },
    key_rotated() {
      const status = random.pick(['retired', 'compromised'] as const);
      world.office.rotate(status);
      trace(`the issuer signs with its other key, the one before is ${status}`);
    },
  };
}
