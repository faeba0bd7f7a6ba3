/** A line, a bus, their gates, and trips and taps on them, for the stand-in operator. */
import type { Incident, OperatorApi, OperatorTap, OperatorTrip, ResponseOf } from '@vedong/contracts';

const stations = [
  ['2A-01-in', 'Cát Linh', 'Cat Linh'],
  ['2A-03-in', 'Láng', 'Lang'],
  ['2A-12-out', 'Yên Nghĩa', 'Yen Nghia'],
] as const;

export const lines: ResponseOf<OperatorApi['GET /v1/lines']>['lines'] = [
  {
    lineId: '2A',
    nameVi: '2A Cát Linh – Hà Đông',
    nameEn: '2A Cat Linh – Ha Dong',
    mode: 'metro',
    agency: 'Hanoi Metro',
    scope: 2,
    tapPolicy: 'tap_on',
  },
  {
    lineId: '32',
    nameVi: '32 Giáp Bát – Nhổn',
    nameEn: '32 Giap Bat – Nhon',
    mode: 'bus',
    agency: 'Transerco',
    scope: 32,
    tapPolicy: 'tap_on',
  },
];

export const gates: ResponseOf<OperatorApi['GET /v1/gates']>['gates'] = stations.map(
  ([gateId, nameVi, nameEn]) => ({
    gateId,
    kind: gateId.endsWith('in') ? 'entry' : 'exit',
    mode: 'metro',
    lineId: '2A',
    lineScope: 2,
    lineName: '2A Cát Linh – Hà Đông',
    place: { placeId: gateId, nameVi, nameEn, latitude: 21, longitude: 105.8 },
    validatorId: 'v-metro',
    lastTapAt: '2026-11-23T01:14:00Z',
    validatorSeenAt: new Date().toISOString(),
  }),
);

const startsAt = Date.parse('2026-11-23T00:00:00Z');
const states = ['complete', 'complete', 'open', 'complete', 'missing_exit', 'missing_entry'] as const;
const idOf = (number: number, kind: string) =>
  `0193574e-${kind}-7000-8000-${String(number).padStart(12, '0')}`;

/** Trips a minute apart; every fourth by bus. */
export function tripNumber(number: number): OperatorTrip {
  const at = (minutes: number) => new Date(startsAt + (number + minutes) * 60_000 + 5000).toISOString();
  const end = (index: number, minutes: number) => {
    const [gateId, nameVi, nameEn] = stations[index] ?? stations[0];
    return { gateId, nameVi, nameEn, at: at(minutes) };
  };
  const common = {
    tripId: idOf(number, '1111'),
    revision: 1,
    serviceDay: '2026-11-23',
    inConflict: number % 10 === 0,
    cardRef: (0x9f3a5c7e11n * BigInt(number + 7)).toString(16).padStart(16, '0').slice(-16),
  };
  if (number % 4 === 0) {
    const entry = { gateId: 'bus-32-01', nameVi: 'Giáp Bát', nameEn: 'Giap Bat', at: at(0) };
    const fare = { amount: 8000, currency: 'VND' };
    return {
      ...common,
      mode: 'bus',
      lineId: '32',
      lineName: '32 Giáp Bát – Nhổn',
      state: 'complete',
      entry,
      exit: null,
      concession: 0,
      fare,
      pricing: {
        tariffId: 'tariff-2026-01-01-abc',
        basis: 'tariff',
        faceValue: fare,
        steps: [
          {
            kind: 'leg',
            paidBy: 'own_product',
            fareProductId: 'bus-under-15km',
            amount: 8000,
            rule: { file: 'fare_leg_rules.txt', line: 190 },
            productRow: { file: 'fare_products.txt', line: 110 },
            others: [
              {
                row: { file: 'fare_products.txt', line: 111 },
                mismatches: [{ field: 'amount', wants: 9000, has: 8000 }],
              },
            ],
            othersLeftOff: 0,
          },
        ],
      },
    };
  }
  const state = states[number % states.length] ?? 'complete';
  return {
    ...common,
    mode: 'metro',
    lineId: '2A',
    lineName: '2A Cát Linh – Hà Đông',
    state,
    entry: state === 'missing_entry' ? null : end(number % 2, 0),
    exit: state === 'complete' || state === 'missing_entry' ? end(2, 17) : null,
    concession: 0,
    fare: null,
    pricing: null,
  };
}

/** One refused tap before the trip's own. */
export function tapsOf(trip: OperatorTrip): OperatorTap[] {
  const number = Number(trip.tripId.slice(-12));
  const tap = (end: NonNullable<OperatorTrip['entry']>, kind: string): OperatorTap => ({
    ...end,
    gateId: end.gateId ?? '2A-12-out',
    tapId: idOf(number, kind),
    validatorId: 'v-metro',
    seq: number,
    serviceDay: trip.serviceDay,
    lineName: trip.lineName,
    outcome: 'accepted',
    reason: null,
    guard: number % 5 === 0 ? 'local' : 'redis',
    marks: number % 7 === 0 ? ['status_unchecked'] : [],
    cardRef: trip.cardRef,
    receivedAt: end.at,
    conflict:
      number % 10 === 0
        ? { class: 'copy', incidentId: incidentNumber(1).incidentId, counts: kind !== '4444' }
        : null,
  });
  const first = trip.entry ?? trip.exit;
  return [
    ...(first ? [{ ...tap(first, '2222'), outcome: 'rejected' as const, reason: 'stale' as const }] : []),
    ...(trip.entry ? [tap(trip.entry, '3333')] : []),
    ...(trip.exit ? [tap(trip.exit, '4444')] : []),
  ];
}

type Story = ResponseOf<OperatorApi['GET /v1/incidents/{incidentId}']>;

const classes = ['copy', 'shared_card', 'reentry', 'clock', 'broken_chain'] as const;

/** Incidents a minute apart, one class after the other; the first is a copy that blocks its card. */
export function incidentNumber(number: number): Incident {
  const of = classes[(number - 1) % classes.length] ?? 'copy';
  const isAboutCard = of !== 'clock' && of !== 'broken_chain';
  const at = new Date(startsAt - number * 60_000).toISOString();
  return {
    incidentId: idOf(number, '5555'),
    class: of,
    state: 'open',
    consequence: of === 'copy' ? 'block' : of === 'reentry' ? 'record' : 'warn',
    serviceDay: of === 'broken_chain' ? null : '2026-11-23',
    cardRef: isAboutCard ? `00112233aabb${String(number).padStart(4, '0')}` : null,
    validatorId: isAboutCard ? null : 'v-metro',
    happenedAt: at,
    foundAt: at,
    changedAt: at,
    count: of === 'copy' ? 2 : 1,
    block: of === 'copy' ? 'blocked' : null,
  };
}

const spots = [
  ['2A-01-in', 'Cát Linh', 'Cat Linh', 21.0287, 105.8285],
  ['2A-03-in', 'Láng', 'Lang', 21.0154, 105.8163],
  ['2A-12-out', 'Yên Nghĩa', 'Yen Nghia', 20.9495, 105.7466],
] as const;

/** An incident opened: its taps at up to three places, and what was done. */
export function storyOf(incident: Incident): Story {
  const isAboutJournal = incident.class === 'broken_chain';
  const start = Date.parse(incident.happenedAt);
  const taps: Story['taps'] = spots.slice(0, isAboutJournal ? 0 : incident.count + 1).map((spot, index) => {
    const [gateId, nameVi, nameEn, latitude, longitude] = spot;
    return {
      tapId: idOf(index, '6666'),
      at: new Date(start + index * 9000).toISOString(),
      gateId,
      nameVi,
      nameEn,
      lineName: '2A Cát Linh – Hà Đông',
      latitude,
      longitude,
      validatorId: `v-metro-${index}`,
      guard: 'local',
      slot: Math.floor(start / 15_000) + (incident.class === 'copy' ? 0 : index),
      counts: incident.class !== 'copy' || index === 0,
    };
  });
  const rules = {
    copy: 'same_slot',
    shared_card: 'too_fast',
    reentry: 'while_inside',
    clock: 'from_future',
    broken_chain: 'gap',
  } as const;
  return {
    incident,
    findings: Array.from({ length: incident.count }, (_, index) => ({
      rule: rules[incident.class],
      tapIds: isAboutJournal ? [] : [idOf(0, '6666'), idOf(index + 1, '6666')],
      metres: isAboutJournal || incident.class === 'clock' ? null : 1950 * (index + 1),
      seconds: isAboutJournal ? null : 9 * (index + 1),
      expectedSeq: isAboutJournal ? 412 : null,
      firstSeq: isAboutJournal ? 430 : null,
    })),
    taps,
    events: [
      { at: incident.foundAt, kind: 'found', by: null, note: null },
      ...(incident.block
        ? [
            { at: incident.foundAt, kind: 'block_asked' as const, by: null, note: null },
            { at: incident.changedAt, kind: 'blocked' as const, by: null, note: null },
          ]
        : []),
    ],
  };
}
