/** The city of one run: validators with their gates, on the demo city's lines, stops and tariff. */
import { join } from 'node:path';
import type { ValidatorConfiguration } from '@vedong/contracts';
import type { TariffInForce } from '@vedong/operator/price-trips';
import { readTariff } from '@vedong/operator/read-tariff';
import { readTariffFolder } from '@vedong/operator/read-tariff-files';
import {
  hanoiCalendar,
  standardGateClass,
  type Gate,
  type GateClass,
  type PassbackRule,
  type Place,
  type TapPolicy,
} from '@vedong/travel';
import { readDemoCity } from '../../src/demo/city.ts';
import { projectRoot } from '../../src/project.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

export const calendar = hanoiCalendar;

/** A fare product that every gate knows. */
export const products = [{ productNo: 11, modes: ['bus' as const, 'metro' as const] }];

/** Beside the standard class: one that lets few through, and one that opens to nobody while anything is degraded. */
export const gateClasses: readonly GateClass[] = [
  standardGateClass,
  {
    classId: 'few',
    policies: {
      guard_local: 'limited',
      status_old: 'limited',
      clock_unsure: 'limited',
      journal_full: 'open',
    },
    statusOldAfterMinutes: 2,
    limits: { cardRides: 1, gateRides: 3, cardValue: null, gateValue: null },
    rideValue: null,
  },
  {
    classId: 'none',
    policies: { guard_local: 'closed', status_old: 'closed', clock_unsure: 'closed', journal_full: 'closed' },
    statusOldAfterMinutes: 10,
    limits: standardGateClass.limits,
    rideValue: null,
  },
];

const passbackRules: readonly (PassbackRule | undefined)[] = [
  undefined,
  { within: 'gate', seconds: 120 },
  { within: 'place', seconds: 60, group: { seconds: 60, persons: 2 } },
  { within: 'line', seconds: 240 },
];

export interface CityValidator {
  validatorId: string;
  /** Whether it asks the shared memory; a bus computer has none. */
  usesRedis: boolean;
  gates: readonly Gate[];
}

export interface CityGate extends Gate {
  validatorId: string;
  agency: string;
  tapPolicy: TapPolicy;
}

export interface City {
  validators: readonly CityValidator[];
  gates: ReadonlyMap<string, CityGate>;
  tariff: TariffInForce;
}

export interface CitySize {
  stations: number;
  gatesPerStation: number;
  /** Stations that one computer serves. */
  stationsPerValidator: number;
  buses: number;
}

const demo = readDemoCity();
const places = new Map(demo.places.map((place) => [place.placeId, place satisfies Place]));
const lines = new Map(demo.lines.map((line) => [line.lineId, line]));
const read = await readTariffFolder(join(projectRoot, 'infra/demo-city/gtfs'));
const ready = 'texts' in read ? readTariff(read.texts) : read;
if ('problems' in ready) throw new Error('the demo city’s tariff cannot be read');
const tariff: TariffInForce = { tariffId: 'hanoi', tariff: ready.tariff, terms: ready.terms };

/** The network as the operator stores it, for a comparison with the real one. */
export const demoNetwork = { places: demo.places, lines: demo.lines };

export function layOutCity(random: Random, { size, features }: Pick<Plan, 'size' | 'features'>): City {
  const validators: CityValidator[] = [];
  const rules = new Map([...lines.keys()].map((lineId) => [lineId, random.pick(passbackRules)]));
  const furnish = (gate: Gate): Gate => ({
    ...gate,
    ...(features.classes && { gateClass: random.pick(['standard', 'standard', 'few', 'none']) }),
    ...(features.passback && { passback: rules.get(gate.lineId) }),
    ...(features.challenges && random.chance(0.4) && { challenge: true }),
  });
  const ofKind = (kind: string) => demo.gates.filter((gate) => gate.kind === kind);
  const line = random.pick([...new Set(ofKind('entry').map(({ lineId }) => lineId))]);
  const entries = ofKind('entry').filter(({ lineId }) => lineId === line);
  const stations = entries.slice(0, size.stations).map(({ placeId }) => placeId);
  while (stations.length > 0) {
    const served = stations.splice(0, size.stationsPerValidator);
    const gates = served.flatMap((placeId) =>
      Array.from({ length: size.gatesPerStation }, (_, index) => [
        gateOf({ gateId: `${placeId}-in-${index}`, kind: 'entry', lineId: line, placeId }),
        gateOf({ gateId: `${placeId}-out-${index}`, kind: 'exit', lineId: line, placeId }),
      ])
        .flat()
        .map(furnish),
    );
    validators.push({ validatorId: `station-${validators.length}`, usesRedis: random.chance(0.85), gates });
  }
  for (let bus = 0; bus < size.buses; bus += 1) {
    const { lineId, placeId } = random.pick(ofKind('board'));
    const gates = [furnish(gateOf({ gateId: `bus-${bus}`, kind: 'board', lineId, placeId }))];
    validators.push({ validatorId: `bus-${bus}`, usesRedis: random.chance(0.2), gates });
  }
  const gates = validators.flatMap(({ validatorId, gates }) =>
    gates.map((gate) => {
      const { agency, tapPolicy } = lines.get(gate.lineId)!;
      return [gate.gateId, { ...gate, validatorId, agency, tapPolicy }] as const;
    }),
  );
  return { validators, gates: new Map(gates), tariff };
}

export const configurationOf = ({ validatorId, gates }: CityValidator): ValidatorConfiguration => ({
  validatorId,
  version: 1,
  calendar,
  gates: [...gates],
  products,
  gateClasses: [...gateClasses],
});

function gateOf(gate: Pick<Gate, 'gateId' | 'kind' | 'lineId'> & { placeId: string }): Gate {
  const { mode, scope, nameVi } = lines.get(gate.lineId)!;
  const { gateId, kind, lineId, placeId } = gate;
  return { gateId, kind, lineId, mode, lineScope: scope, lineName: nameVi, place: places.get(placeId)! };
}
