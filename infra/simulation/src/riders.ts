/** The riders: most ride, some cheat; each is a script over true time that sees only phones and gates. */
import type { TapAnswer } from '@vedong/contracts';
import { readChallengeText, slotAt } from '@vedong/ticket';
import type { ServiceDay } from '@vedong/travel';
import type { Card, Code, Wanted } from './phones.ts';
import type { Foundations, World } from './world.ts';

/** Codes that somebody has seen and may show again. */
export interface SeenCode {
  code: Code;
  gateId: string;
}

/** Slots off true time, and what the code is to be. */
interface HowShown extends Wanted {
  slotsOff?: number;
}

const seenMost = 40;
/** Between an entry and its exit, and to the next ride: longer than clocks of two gates lie apart. */
const shortestRideMilliseconds = 90_000;

/** A gate, a code, and one try. */
export function createTurnstiles(world: Foundations) {
  const { scheduler, random, city, validators, invariants, phones } = world;
  const byId = new Map(validators.map((validator) => [validator.validatorId, validator]));
  /** The newest slot of a card that was shown anywhere: an older one is no honest showing. */
  const newestShown = new Map<string, number>();
  const seen: SeenCode[] = [];

  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => scheduler.after(milliseconds, resolve));

  const codeNow = (card: Card, { slotsOff = 0, ...how }: HowShown = {}): Promise<Code> =>
    scheduler.standStill(phones.makeCode(card, slotAt(scheduler.now() / 1000) + slotsOff, how));

  /** What a phone reads off a gate; null where nothing is displayed. */
  function readDisplay(gateId: string): string | null {
    const validator = byId.get(city.gates.get(gateId)!.validatorId)!;
    const challenge = readChallengeText(validator.display(gateId) ?? '') ?? null;
    if (challenge !== null) {
      invariants.challenges.noteDisplay(challenge, { gateId, clock: validator.clock() });
    }
    return challenge;
  }

  /** Null where there was no answer. */
  async function show(gateId: string, code: Code, isMeantHonestly: boolean): Promise<TapAnswer | null> {
    const shownIn = slotAt(scheduler.now() / 1000);
    const before = newestShown.get(code.cardRef) ?? 0;
    newestShown.set(code.cardRef, Math.max(before, code.slot));
    const begins = isMeantHonestly && code.flaw === null && code.slot === shownIn && code.slot > before;
    // What else is under way may show a newer code of this card before the answer.
    const isHonest = () => begins && newestShown.get(code.cardRef) === code.slot;
    await sleep(random.between(1, 30));
    const validator = byId.get(city.gates.get(gateId)!.validatorId)!;
    if (!validator.isAlive()) return null;
    const watching = invariants.watch({ validator, gateId, code, isHonest });
    try {
      const answer = await validator.judge(gateId, code.text);
      if (!answer) return null;
      watching.answered(answer);
      if (answer.outcome === 'accepted') remember({ code, gateId });
      return answer;
    } catch (error) {
      watching.failed(error);
      return null;
    }
  }

  function remember(shown: SeenCode): void {
    seen.push(shown);
    if (seen.length > seenMost) seen.shift();
  }

  return { sleep, codeNow, readDisplay, show, seen };
}
export type Turnstiles = ReturnType<typeof createTurnstiles>;

export function startRiders(world: World): void {
  const { plan, cards, scheduler, random, invariants } = world;
  for (const card of cards) {
    const ride = async (): Promise<void> => {
      for (let rides = 0; rides < plan.ridesPerRider; rides += 1) {
        await rideOnce(world, card);
        await world.turnstiles.sleep(random.between(shortestRideMilliseconds, 300_000));
      }
    };
    scheduler.after(random.between(0, (plan.minutes - 4) * 60_000), () => {
      ride().catch((error: unknown) => invariants.fail('crash', String((error as Error).stack)));
    });
  }
}

/** A ride by metro or by bus; `honestRides` remembers those that began and ended as they should. */
async function rideOnce(world: World, card: Card): Promise<void> {
  const { plan, random, city, state, turnstiles, honestRides } = world;
  if (state.isEnding) return;
  const gates = [...city.gates.values()];
  const isCheat = random.chance(plan.cheatChance);
  if (isCheat) honestRides.cheats.add(card);
  const ofKind = (kind: string) => gates.filter((gate) => gate.kind === kind).map(({ gateId }) => gateId);
  if (random.chance(0.35)) {
    await passGate(world, { card, gateIds: [random.pick(ofKind('board'))], isCheat });
    return;
  }
  const entry = await passGate(world, { card, gateIds: ofKind('entry'), isCheat });
  if (entry?.answer.outcome !== 'accepted') return;
  await turnstiles.sleep(random.between(shortestRideMilliseconds, 240_000));
  const { serviceDay } = entry.code;
  const exit = await passGate(world, { card, gateIds: ofKind('exit'), isCheat: false, rideDay: serviceDay });
  // A phone of profile S shows the new day's pseudonym after three in the morning: two trips without an end.
  if (exit?.answer.outcome === 'accepted' && exit.code.serviceDay === serviceDay) {
    honestRides.list.push({ card, entry: entry.answer, exit: exit.answer });
  }
}

interface Passing {
  card: Card;
  /** Any of them will do. */
  gateIds: readonly string[];
  isCheat: boolean;
  rideDay?: ServiceDay;
}

interface Passed {
  answer: TapAnswer;
  code: Code;
}

const triesMost = 6;

/** Shows fresh codes until a gate answers; a cheat does something beside it. */
async function passGate(world: World, passing: Passing): Promise<Passed | null> {
  const { card, gateIds, isCheat, rideDay } = passing;
  const { random, turnstiles } = world;
  const gateId = random.pick(gateIds);
  for (let tries = 0; tries < triesMost; tries += 1) {
    const challenge = await readAsRider(world, gateId);
    const code = await turnstiles.codeNow(card, { rideDay, challenge });
    if (isCheat) runAside(world, () => cheat(world, { card, gateId, code }));
    const answer = await turnstiles.show(gateId, code, true);
    // A scanner that reads twice, or a rider who does not believe the green light.
    if (answer && random.chance(0.15)) {
      runAside(world, async () => {
        await turnstiles.sleep(random.between(0, 6000));
        await turnstiles.show(gateId, code, false);
      });
    }
    if (answer) return { answer, code };
    await turnstiles.sleep(random.between(3000, 25_000));
  }
  return null;
}

/** Reads what the gate displays and holds the phone to its reader; some do not see that it asks. */
async function readAsRider(
  { random, turnstiles, invariants }: World,
  gateId: string,
): Promise<string | null> {
  if (!invariants.challenges.asks(gateId) || random.chance(0.1)) return null;
  const challenge = turnstiles.readDisplay(gateId);
  await turnstiles.sleep(random.between(500, 8000));
  return challenge;
}

function runAside({ invariants }: World, act: () => Promise<unknown>): void {
  act().catch((error: unknown) => invariants.fail('crash', String((error as Error).stack)));
}

/** Against gates that ask: another's challenge, an old one, and one that was relayed from another gate. */
const answerTricks = ['taken_answer', 'kept_answer', 'relayed_answer'] as const;

const tricks = [
  'copy',
  'relay',
  'early_copy',
  'same_gate',
  'old_code',
  'shared_card',
  'companions',
  'phone_clock',
  'forged',
] as const;

interface Trick {
  card: Card;
  gateId: string;
  code: Code;
}

/** What a dishonest rider, or a friend of theirs, does around a showing. */
async function cheat(world: World, { card, gateId, code }: Trick): Promise<void> {
  const { random, city, turnstiles, invariants, trace } = world;
  const { sleep, show, codeNow } = turnstiles;
  const others = [...city.gates.keys()].filter((other) => other !== gateId);
  const isAsked = invariants.challenges.asks(gateId);
  const trick = random.pick(isAsked ? [...tricks, ...answerTricks] : tricks);
  trace(`cheat ${trick} of ${code.cardRef} at ${gateId}`);
  switch (trick) {
    case 'taken_answer':
    case 'kept_answer':
    case 'relayed_answer':
      await answerFalsely(world, trick, { card, gateId, code });
      return;
    case 'copy':
      await sleep(random.between(500, 45_000));
      await show(random.pick(others), code, false);
      return;
    case 'relay':
      await Promise.all([show(random.pick(others), code, false), show(random.pick(others), code, false)]);
      return;
    case 'early_copy':
      await show(random.pick(others), code, false);
      return;
    case 'same_gate':
      await sleep(random.between(3000, 60_000));
      await show(gateId, code, false);
      return;
    case 'old_code':
      await sleep(random.between(60_000, 400_000));
      await show(random.pick([gateId, random.pick(others)]), code, false);
      return;
    case 'shared_card':
      await sleep(random.between(0, 60_000));
      await show(random.pick(others), await codeNow(card), false);
      return;
    case 'companions':
      for (let persons = 0; persons < 2; persons += 1) {
        await sleep(random.between(15_000, 30_000));
        await show(gateId, await codeNow(card), false);
      }
      return;
    case 'phone_clock':
      await sleep(random.between(0, 30_000));
      await show(
        gateId,
        await codeNow(card, { slotsOff: random.pick([-20, -4, -3, -2, -1, 1, 2, 3, 20]) }),
        false,
      );
      return;
    case 'forged': {
      const flaw = random.pick([
        'bad_signature',
        'unknown_key',
        'unknown_issuer',
        'malformed',
        'not_covered',
      ] as const);
      await show(gateId, await codeNow(card, { flaw }), false);
      return;
    }
  }
}

/** A live code of the right moment, that answers what was not displayed to this card, here and now. */
async function answerFalsely(
  { random, city, cards, turnstiles, honestRides }: World,
  trick: (typeof answerTricks)[number],
  { card, gateId, code }: Trick,
): Promise<void> {
  const { sleep, show, codeNow, readDisplay } = turnstiles;
  const { challenge } = code;
  if (trick === 'taken_answer') {
    const friend = random.pick(cards);
    honestRides.cheats.add(friend);
    await sleep(random.pick([0, random.between(0, 5000)]));
    await show(gateId, await codeNow(friend, { challenge }), false);
  } else if (trick === 'kept_answer') {
    await sleep(random.between(5000, 100_000));
    await show(gateId, await codeNow(card, { challenge }), false);
  } else {
    const elsewhere = random.pick([...city.gates.keys()].filter((other) => other !== gateId));
    await show(gateId, await codeNow(card, { challenge: readDisplay(elsewhere) }), false);
  }
}

/** Shows again what some gate has just taken: after a restart, behind a cut line, to a clock set back. */
export function tryOldCodes(world: World, gateIds: readonly string[], most: number): void {
  const { random, turnstiles, honestRides } = world;
  for (const { code, gateId } of turnstiles.seen.slice(-most)) {
    if (random.chance(0.3)) continue;
    honestRides.cheats.add(code.card);
    const where = gateIds.includes(gateId) ? gateId : random.pick(gateIds);
    runAside(world, async () => {
      await turnstiles.sleep(random.between(0, 3000));
      await turnstiles.show(where, code, false);
    });
  }
}
