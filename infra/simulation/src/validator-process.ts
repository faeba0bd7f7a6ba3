/** One validator: its disk and clock outlive it, the process on them is the real one's parts and dies at any write. */
import { ApiError, type TapAnswer } from '@vedong/contracts';
import { createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { ServiceError } from '@vedong/runtime/problem';
import type { Signatures } from '@vedong/ticket';
import type { Tap } from '@vedong/travel';
import { createChallenges } from '@vedong/validator/challenges';
import { readMark } from '@vedong/validator/clock/keep-mark';
import { createTrustedClock, type TrustedClock } from '@vedong/validator/clock/trusted-clock';
import { createDelivery } from '@vedong/validator/journal/deliver-batch';
import { findLastSureTap, listLastTaps, listLimitedTapsSince } from '@vedong/validator/journal/delivery';
import { openJournal } from '@vedong/validator/journal/journal';
import { findUnanswered } from '@vedong/validator/journal/last-stop';
import type { Verdict } from '@vedong/validator/journal/verdicts';
import { createTapJudge, displayChallenge } from '@vedong/validator/judge-tap';
import { createMetrics } from '@vedong/validator/metrics';
import { createConditions } from '@vedong/validator/policy/conditions';
import { createDegradedPolicy } from '@vedong/validator/policy/degraded-policy';
import { createGatePolicy } from '@vedong/validator/policy/gate-policy';
import { createLocalGuard } from '@vedong/validator/replay/local-guard';
import { restoredSeconds } from '@vedong/validator/replay/restore-guard';
import { createTables } from '@vedong/validator/store';
import { loadKnowledge, type Knowledge } from '@vedong/validator/trust/knowledge';
import { configurationOf, type CityValidator } from './city.ts';
import { createDisk, ProcessDied, type WriteFate } from './disk.ts';
import { createGateClock } from './gate-clock.ts';
import { startTimekeeping } from './keep-time.ts';
import type { Line } from './network.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { uuidAt, type Random } from './random.ts';
import { refreshConfiguration, refreshTrust } from './refresh-knowledge.ts';
import type { Scheduler } from './scheduler.ts';
import { sealBatch } from './sealed-batch.ts';
import type { SharedStore } from './shared-store.ts';
import { connectStore, tellLate } from './store-guard.ts';
import { rootKey, type TrustOffice } from './trust-office.ts';

/** Counted into, never read. */
const metrics = createMetrics(createRegistry('simulation'), () => 0);

const patienceMilliseconds = 10_000;
const gatherMilliseconds = 100;
const retentionDays = 1;
const lastHoursPatience = 60;

export interface ValidatorWorld {
  scheduler: Scheduler;
  random: Random;
  signatures: Signatures;
  store: SharedStore;
  storeLine: Line;
  office: TrustOffice;
  officeLine: Line;
  operatorLine: Line;
  takeBatch: (sealed: string) => { acknowledgedSeq: number; verdicts: readonly Verdict[] };
  /** The configuration where it is another than the version held. Throws ApiError as the operator does. */
  readConfiguration: (validatorId: string, heldVersion: number) => string | null;
  plantedBug: PlantedBug | null;
  /** How often a refresh gets what a lagging mirror has, or nonsense. */
  badRefreshChance: number;
  clock: { errorMilliseconds: number; driftPerMillion: number };
  /** All faults are over and all is told: nothing is done every so often any more. */
  isEnding: () => boolean;
  /** A claim told late took the place of a later slot. */
  onLowered: (what: string) => void;
  trace: (what: string) => void;
}

type Process = Awaited<ReturnType<typeof startProcess>>;
export type SimulatedValidator = ReturnType<typeof createSimulatedValidator>;

export function createSimulatedValidator(self: CityValidator, world: ValidatorWorld) {
  const { scheduler, random, trace } = world;
  const disk = createDisk(scheduler.now);
  /** What the trusted clock is made from, and what people set. */
  const machine = createGateClock(scheduler.now, world.clock);
  createTables(disk.raw);
  let process: Process | null = null;
  let isStarting = false;
  /** How many writes are left until one is the last, and how it ends. */
  let crash: { writesLeft: number; fate: WriteFate } | null = null;
  const state = { isDiskFull: false, starts: 0, startedAt: [] as number[] };

  function fateOf(): WriteFate {
    if (crash && crash.writesLeft-- <= 0) {
      const { fate } = crash;
      crash = null;
      return fate;
    }
    return state.isDiskFull ? 'full' : 'done';
  }

  function die(why: string): void {
    if (!process) return;
    trace(`${self.validatorId} dies: ${why}`);
    process.life.isOver = true;
    process = null;
  }

  return {
    ...self,
    disk,
    machine,
    state,
    /** What its gates judge by; null while it is down. */
    clock: (): TrustedClock | null => process?.clock ?? null,
    isAlive: () => process !== null,
    knowledge: (): Knowledge | null => process?.knowledge ?? null,

    /** Boots where it is down. Dies again where a crash was planned for so early. */
    async start(): Promise<void> {
      if (process || isStarting) return;
      isStarting = true;
      machine.boot();
      state.starts += 1;
      state.startedAt.push(scheduler.now());
      const life = { isOver: false };
      try {
        const onDeath = () => {
          life.isOver = true;
          die('at a write');
        };
        const started = await startProcess(self, world, { db: disk.mount(fateOf, onDeath), machine, life });
        if (life.isOver) return;
        process = started;
        trace(`${self.validatorId} starts`);
        process.wake();
      } catch (error) {
        if (!(error instanceof ProcessDied) && !state.isDiskFull) throw error;
      } finally {
        isStarting = false;
      }
    },
    crash: () => die('power lost'),
    /** Dies before or after one of its next writes. */
    crashAtWrite(writesLeft: number): void {
      crash = { writesLeft, fate: random.pick(['crash_before', 'crash_after']) };
    },
    calmDown(): void {
      crash = null;
      state.isDiskFull = false;
    },

    /** Null where nobody is there to answer, or no more when the answer is ready. */
    async judge(gateId: string, text: string): Promise<TapAnswer | null> {
      const own = process;
      if (!own?.isOpen()) return null;
      try {
        const answer = await own.judge({ gateId, text });
        return own.life.isOver ? null : answer;
      } catch (error) {
        if (own.life.isOver) return null;
        throw error;
      }
    },
    refresh: async (): Promise<void> => {
      const own = process;
      if (own && !own.life.isOver) await refreshTrust(self.validatorId, own, world);
    },
    /** Goes on while the world does. */
    askConfiguration(): void {
      const own = process;
      if (own && !own.life.isOver) void refreshConfiguration(self.validatorId, own, world);
    },
    /** What a gate shows to phones; null where it shows none. */
    display: (gateId: string): string | null => (process?.isOpen() ? process.display(gateId) : null),
    /** Puts a record into the journal that no tap made. */
    async write(tap: Tap): Promise<void> {
      await process?.append(tap).catch(() => {});
    },
    isDelivered: (): boolean => process?.isIdle() ?? false,
    wake: () => process?.wake(),
  };
}

type DiskView = ReturnType<ReturnType<typeof createDisk>['mount']>;

interface Machine {
  db: DiskView;
  machine: ReturnType<typeof createGateClock>;
  life: { isOver: boolean };
}

/** What `createValidator` of the validator puts together, without HTTP, files and timers. */
async function startProcess(self: CityValidator, world: ValidatorWorld, { db, machine, life }: Machine) {
  const { scheduler, random, plantedBug } = world;
  const mark = readMark(db, findLastSureTap(db));
  const clock = createTrustedClock(machine, plantedBug?.mark ? plantedBug.mark(mark) : mark);
  const knowledge = await loadKnowledge(plantedBug?.kept?.(db) ?? db, clock, silentLog);
  if (!knowledge.enrolment()) {
    knowledge.takeEnrolment(JSON.stringify({ validatorId: self.validatorId, rootKey }));
    knowledge.takeConfiguration(JSON.stringify(configurationOf(self)));
  }
  const forwarding = createForwarding(self.validatorId, world, { db, clock, life });
  const realJournal = openJournal(db, {
    onCommit: () => forwarding.wake(),
    onFailure: () => {},
    soon: (commit) =>
      scheduler.after(random.between(0, 3), () => {
        if (!life.isOver) commit();
      }),
  });
  const conditions = createConditions({
    clock,
    isClockUnsure: () => clock.isUnsure(),
    isJournalFull: () => false,
    statusListAgeSeconds: (issuer, day) => knowledge.statusListAgeSeconds(issuer, day),
  });
  const gates = createGatePolicy(clock);
  const local = createLocalGuard(() => clock.monotonicMilliseconds() / 1000);
  const redis = self.usesRedis ? connectStore(world, life) : null;
  const displayed = createChallenges(
    () => clock.monotonicMilliseconds() / 1000,
    () => random.hex(16),
  );
  const challenges = plantedBug?.challenges?.(displayed) ?? displayed;
  const memory = plantedBug?.local?.(local) ?? local;
  const { judge, restore } = createTapJudge({
    clock,
    knowledge,
    journal: plantedBug?.journal?.(realJournal) ?? realJournal,
    local: redis ? tellLate(memory, redis, { ...world, life }) : memory,
    redis,
    metrics,
    challenges,
    policy: createDegradedPolicy(gates, conditions),
    newId: () => uuidAt(random, clock.nowMilliseconds()),
    signatures: plantedBug?.signatures ?? world.signatures,
  });
  const setup = knowledge.setup();
  const longestRule = Math.max(0, ...self.gates.map(({ passback }) => passback?.seconds ?? 0));
  const recent = listLastTaps(db, clock.nowMilliseconds(), restoredSeconds(longestRule));
  const unanswered = findUnanswered(db, recent, mark);
  restore(plantedBug?.restored?.(recent) ?? recent, plantedBug?.unanswered?.(unanswered) ?? unanswered);
  const notBefore = mark ?? clock.nowMilliseconds();
  const limited = listLimitedTapsSince(db, notBefore - 3_600_000);
  if (setup) gates.restore(plantedBug?.limited?.(limited) ?? limited, setup, notBefore);
  const lines = { issuer: world.officeLine, operator: world.operatorLine };
  const { isEnding } = world;
  const { isOpen } = startTimekeeping({ scheduler, lines, clock, db, knowledge, life, isEnding });
  const display = (gateId: string): string | null => {
    try {
      return displayChallenge(knowledge, challenges, gateId).text;
    } catch (error) {
      if (error instanceof ServiceError) return null;
      throw error;
    }
  };
  return {
    judge,
    display,
    append: (tap: Tap) => realJournal.append(tap),
    knowledge,
    clock,
    isOpen,
    life,
    ...forwarding,
  };
}

function createForwarding(
  validatorId: string,
  world: ValidatorWorld,
  { db, clock, life }: { db: DiskView; clock: TrustedClock; life: Machine['life'] },
) {
  const { scheduler, random } = world;
  let isWanted = false;
  let isSending = false;
  const sendNext = createDelivery({
    db,
    clock,
    retentionDays,
    tapsPerBatch: random.pick([2, 7, 1000]),
    sign: async (_, payload) => sealBatch(payload, validatorId),
    post: (batch) =>
      world.operatorLine.call(
        () => world.takeBatch(batch),
        patienceMilliseconds,
        () => new ApiError(0, 'no_answer', 'the operator did not answer'),
      ),
    validatorId: () => validatorId,
    isStopped: () => life.isOver,
  });

  const turn = async (): Promise<void> => {
    if (life.isOver) return;
    isWanted = false;
    try {
      if (world.plantedBug?.beforeSending?.(db)) return;
      const isMore = await sendNext();
      if (isMore || isWanted) scheduler.after(isMore ? 0 : gatherMilliseconds, () => void turn());
      else isSending = false;
    } catch {
      // The last hours, in which only time passes, would else be full of what is refused for good.
      const patience = world.isEnding() ? lastHoursPatience : 1;
      if (!life.isOver) scheduler.after(random.between(200, 5000) * patience, () => void turn());
    }
  };
  return {
    isIdle: () => !isSending,
    wake(): void {
      isWanted = true;
      if (isSending || life.isOver) return;
      isSending = true;
      scheduler.after(gatherMilliseconds, () => void turn());
    },
  };
}
