/** How many journeys one core prices over the demo city's tariff, steps included. */
import { readdirSync, readFileSync } from 'node:fs';
import {
  compileTariff,
  fareExtensionFileName,
  priceJourney,
  readFareExtension,
  readFeed,
  type RiddenLeg,
} from '@vedong/fares';
import { measureInterleaved } from './measure.ts';

const folder = new URL('../../infra/demo-city/gtfs/', import.meta.url);
const effort = { rounds: 100, warmUpRounds: 20, operationsPerBatch: 1_000 };

/** Journeys per second of processor time: one metro ride, and a bus ride with a metro ride after it. */
export interface FareSpeeds {
  oneLeg: number;
  twoLegs: number;
}

/** Every metro ride and every bus route takes its turn. Throws when the feed has problems or a journey no price. */
export async function measureFares(): Promise<FareSpeeds> {
  const texts = new Map(
    readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  );
  const read = readFeed(texts);
  if ('problems' in read) throw new Error(`the demo feed has problems: ${JSON.stringify(read.problems)}`);
  const terms = readFareExtension(texts.get(fareExtensionFileName) ?? '', read.feed);
  if ('problems' in terms) throw new Error(`the demo terms have problems: ${JSON.stringify(terms.problems)}`);
  const { fareDistances, incompleteFares } = terms.extension;
  const metro = fareDistances.flatMap((from) =>
    fareDistances
      .filter((to) => to.lineId === from.lineId && to.stopId !== from.stopId)
      .map((to) => legOf(from.lineId, from.stopId, to.stopId)),
  );
  const bus = incompleteFares
    .filter(({ mode }) => mode === 'bus')
    .map(({ lineId }) => legOf(lineId ?? '', 'S001', 'S001'));
  const tariff = compileTariff(read.feed);
  let count = 0;
  const price = (legs: readonly RiddenLeg[]): void => {
    const { total } = priceJourney(tariff, { riderCategoryId: 'standard', fareMediaId: 'app', legs });
    if (total === null) throw new Error(`no price for ${JSON.stringify(legs)}`);
    count += 1;
  };
  const batchOf = (next: () => readonly RiddenLeg[]) => async (): Promise<void> => {
    for (let done = 0; done < effort.operationsPerBatch; done += 1) price(next());
  };
  const { oneLeg, twoLegs } = await measureInterleaved(
    {
      oneLeg: batchOf(() => [metro[count % metro.length]!]),
      twoLegs: batchOf(() => [bus[count % bus.length]!, metro[count % metro.length]!]),
    },
    effort,
  );
  return { oneLeg: 1e6 / oneLeg.cpu, twoLegs: 1e6 / twoLegs.cpu };
}

function legOf(routeId: string, fromStopId: string, toStopId: string): RiddenLeg {
  const departureSeconds = Date.UTC(2026, 10, 23) / 1000;
  return { routeId, fromStopId, toStopId, departureSeconds, arrivalSeconds: departureSeconds + 900 };
}
