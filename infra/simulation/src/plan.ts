/** What kind of world a seed makes: how large, how long, and how much goes wrong. */
import { serviceDayStart } from '@vedong/travel';
import { calendar, type CitySize } from './city.ts';
import type { NetworkFaults } from './network.ts';
import type { Random } from './random.ts';

export interface Plan {
  name: 'small' | 'town' | 'city';
  size: CitySize;
  riders: number;
  ridesPerRider: number;
  minutes: number;
  startsAtSeconds: number;
  areSignaturesReal: boolean;
  features: Features;
  /** Of rides that somebody does not mean honestly. */
  cheatChance: number;
  network: NetworkFaults;
  badRefreshChance: number;
  /** Of the machines' clocks, before anybody has told them the time. */
  clockErrorMillisecondsMost: number;
  driftPerMillionMost: number;
  /** Mean time between faults of a kind, 0 for never. */
  meanSecondsBetween: Readonly<Record<FaultKind, number>>;
}

/** What a run's city has beside the plain way of a tap. */
export interface Features {
  /** Gates of classes that let few through, or nobody, while something is degraded. */
  classes: boolean;
  passback: boolean;
  /** Gates that display a challenge. */
  challenges: boolean;
  /** Records that the operator must keep aside. */
  poison: boolean;
  /** Validators that staff revoke. */
  revocation: boolean;
}

export const faultKinds = [
  'power_cut',
  'crash_at_write',
  'disk_full',
  'clock_jump',
  'alone',
  'operator_cut',
  'store_cut',
  'office_cut',
  'store_down',
  'store_loss',
  'card_blocked',
  'key_rotated',
  'poison',
  'revoked',
] as const;
export type FaultKind = (typeof faultKinds)[number];

const sizes = {
  small: {
    stations: [2, 4],
    gatesPerStation: [1, 2],
    stationsPerValidator: 1,
    buses: [1, 3],
    riders: [6, 20],
  },
  town: {
    stations: [4, 8],
    gatesPerStation: [3, 6],
    stationsPerValidator: 2,
    buses: [4, 8],
    riders: [40, 80],
  },
  city: {
    stations: [8, 12],
    gatesPerStation: [9, 16],
    stationsPerValidator: 3,
    buses: [20, 40],
    riders: [200, 300],
  },
} as const;

/** A Wednesday, in the middle of month and week, so that caps and transfers have a past and a future. */
const day = '2026-11-25';

/** What a world is to be whatever its seed says. */
export type WantedWorld = Partial<Features & Pick<Plan, 'name' | 'cheatChance'>>;

export function makePlan(random: Random, wanted: WantedWorld = {}): Plan {
  const drawnName = random.pick([
    'small',
    ...Array.from({ length: 38 }, () => 'small' as const),
    'town',
    'city',
  ] as const);
  const { name = drawnName, cheatChance, ...wantedFeatures } = wanted;
  const between = ([least, most]: readonly [number, number]) => random.between(least, most);
  const { stationsPerValidator, ...ranges } = sizes[name];
  // Some runs begin shortly before the service day changes at three in the morning.
  const hour = random.chance(0.2) ? 24 - 10 / 60 : random.between(2, 15);
  /** Each run has a few kinds of fault, so that quiet worlds and single faults are seen as well as storms. */
  const mean = (share: number, [least, most]: readonly [number, number]) =>
    random.chance(share) ? random.between(least, most) : 0;
  const features: Features = {
    classes: random.chance(0.4),
    passback: random.chance(0.4),
    challenges: random.chance(0.25),
    poison: random.chance(0.25),
    revocation: random.chance(0.2),
    ...wantedFeatures,
  };
  return {
    name,
    size: {
      stations: between(ranges.stations),
      gatesPerStation: between(ranges.gatesPerStation),
      stationsPerValidator,
      buses: between(ranges.buses),
    },
    riders: between(ranges.riders),
    ridesPerRider: name === 'small' ? random.between(2, 4) : 1,
    minutes: random.between(8, 20),
    startsAtSeconds: serviceDayStart(day, calendar) + Math.floor(hour * 3600) + random.between(0, 600),
    areSignaturesReal: random.chance(0.1),
    features,
    cheatChance: cheatChance ?? random.pick([0, 0.2, 0.5]),
    network: {
      lossChance: random.pick([0, 0, 0.02, 0.2]),
      doubleChance: random.pick([0, 0.05, 0.3]),
      slowestMilliseconds: random.pick([20, 200, 3000]),
    },
    badRefreshChance: random.pick([0, 0.1, 0.4]),
    clockErrorMillisecondsMost: random.pick([0, 2000, 12_000, 3_600_000]),
    driftPerMillionMost: random.pick([0, 50, 500]),
    meanSecondsBetween: {
      power_cut: mean(0.6, [40, 200]),
      crash_at_write: mean(0.6, [30, 200]),
      disk_full: mean(0.2, [100, 400]),
      clock_jump: mean(0.2, [100, 400]),
      alone: mean(0.3, [60, 300]),
      operator_cut: mean(0.5, [60, 300]),
      store_cut: mean(0.5, [60, 300]),
      office_cut: mean(0.3, [60, 300]),
      store_down: mean(0.3, [60, 300]),
      store_loss: mean(0.2, [100, 300]),
      card_blocked: mean(0.4, [60, 300]),
      key_rotated: mean(0.15, [200, 600]),
      poison: features.poison ? random.between(30, 200) : 0,
      revoked: features.revocation ? random.between(150, 500) : 0,
    },
  };
}
