/** A trickle of simulated riders, so that every screen of a demo has life. Runs until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readDemoCity } from './city.ts';
import { signInRider, type Rider } from './rider.ts';

const names = ['An', 'Bình', 'Chi', 'Dũng', 'Giang', 'Hà', 'Khánh', 'Lan', 'Minh', 'Nga', 'Phúc', 'Thảo'];
/** Between two riders: together they begin a ride every few seconds. */
const betweenStartsSeconds = 2;
const pauseSeconds = { least: 20, most: 70 };
const rideSeconds = { least: 30, most: 120 };
const retrySeconds = { first: 2, most: 60 };

const { ISSUER_URL, VALIDATOR_URL } = process.env;
if (!ISSUER_URL || !VALIDATOR_URL) {
  console.error('Set ISSUER_URL and VALIDATOR_URL.');
  process.exit(1);
}
const services = { issuerUrl: ISSUER_URL, validatorUrl: VALIDATOR_URL };
const stopping = new AbortController();
const { signal } = stopping;
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => stopping.abort());

const { gates, lines, places } = readDemoCity();
const metroLines = lines.filter(({ mode }) => mode === 'metro');
/** The stations of each metro line in their order. */
const metroWays = metroLines.map(({ lineId }) => {
  const gatesOf = (kind: 'entry' | 'exit') =>
    gates.filter((gate) => gate.lineId === lineId && gate.kind === kind);
  const exits = new Map(gatesOf('exit').map(({ placeId, gateId }) => [placeId, gateId]));
  return gatesOf('entry').flatMap(({ placeId, gateId }) => {
    const exit = exits.get(placeId);
    return exit === undefined ? [] : [{ entry: gateId, exit }];
  });
});
const boardingGates = gates.filter(({ kind }) => kind === 'board');
const alightingGates = gates.filter(({ kind }) => kind === 'alight');

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;
const pause = ({ least, most }: { least: number; most: number }) =>
  sleep((least + Math.random() * (most - least)) * 1000, undefined, { signal });
const happens = (probability: number) => Math.random() < probability;

/** Where on its metro line a rider is. */
interface Standing {
  way: (typeof metroWays)[number];
  stop: number;
  direction: 1 | -1;
}

/** A few stations on, back from the end of the line: whoever were faster than trains would be taken for two people. */
function moveOn(standing: Standing): void {
  const last = standing.way.length - 1;
  if (standing.stop === (standing.direction === 1 ? last : 0))
    standing.direction = standing.direction === 1 ? -1 : 1;
  const stops = pick([1, 2, 3]) * standing.direction;
  standing.stop = Math.min(last, Math.max(0, standing.stop + stops));
}

/** One ride by metro or bus; now and then somebody tries the same code twice, or an old picture of it. */
async function ride(rider: Rider, standing: Standing): Promise<void> {
  if (happens(0.35)) {
    const { gateId, lineId } = pick(boardingGates);
    await rider.tap(gateId);
    const waysOff = alightingGates.filter((gate) => gate.lineId === lineId);
    if (waysOff.length > 0 && !happens(0.1)) {
      await pause(rideSeconds);
      await rider.tap(pick(waysOff).gateId);
    }
  } else {
    const gateHere = (kind: 'entry' | 'exit') => standing.way[standing.stop]![kind];
    await rider.tap(gateHere('entry'));
    moveOn(standing);
    if (happens(0.05)) return; // somebody held the exit open
    await pause(rideSeconds);
    await rider.tap(gateHere('exit'));
  }
  if (happens(0.08)) await rider.tapLastCodeAgain(pick(boardingGates).gateId);
  if (happens(0.05)) {
    await sleep(75_000, undefined, { signal });
    await rider.tapLastCodeAgain(pick(boardingGates).gateId);
  }
}

/** Rides on and on; whatever fails, the rider signs in anew after a while. */
async function live(index: number): Promise<void> {
  const nickname = names[index] as string;
  const phone = `09810000${String(index + 1).padStart(2, '0')}`;
  const way = pick(metroWays);
  const standing: Standing = { way, stop: Math.floor(Math.random() * way.length), direction: 1 };
  let waitSeconds: number = retrySeconds.first;
  await sleep(index * betweenStartsSeconds * 1000, undefined, { signal });
  while (!signal.aborted) {
    try {
      const rider = await signInRider({ ...services, phone, nickname, signal });
      for (;;) {
        await ride(rider, standing);
        if (happens(0.3)) await rider.askAboutMissingTap(pick(places).nameVi);
        waitSeconds = retrySeconds.first;
        await pause(pauseSeconds);
      }
    } catch (error) {
      if (signal.aborted) return;
      console.log(`${nickname} could not ride: ${error instanceof Error ? error.message : 'unknown'}`);
      await sleep(waitSeconds * 1000, undefined, { signal });
      waitSeconds = Math.min(waitSeconds * 2, retrySeconds.most);
    }
  }
}

await Promise.allSettled(names.map((_, index) => live(index)));
process.exit(0);
