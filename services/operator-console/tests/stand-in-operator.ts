/** Builds the console and serves it as an operator does, with trips and taps under the test's control. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  operatorApi,
  type Incident,
  validatorReport,
  type OperatorTap,
  type OperatorTrip,
  type PassbackChange,
  type QueuedCorrection,
  type Revocation,
  type TariffVersion,
  type TripDecision,
  quarantineApi,
  staffConcessionApi,
  staffRefundApi,
  staffUnmatchedPaymentApi,
} from '@vedong/contracts';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { ServiceError } from '@vedong/runtime/problem';
import { serve, type TestServer } from '@vedong/testing/http';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { standardGateClass, type GateClass } from '@vedong/travel';
import { build } from 'vite';
import { createRiderMoney, riderMoneyRoutes, type RiderMoney } from './rider-money-stand-in.ts';
import { gates, incidentNumber, lines, storyOf, tapsOf, tripNumber } from './small-network.ts';
import { reportOf } from './small-report.ts';

/** The part of the operator's API that the console calls. */
const consoleApi = {
  'POST /v1/sign-in': operatorApi['POST /v1/sign-in'],
  'POST /v1/sign-out': operatorApi['POST /v1/sign-out'],
  'GET /v1/me': operatorApi['GET /v1/me'],
  'GET /v1/lines': operatorApi['GET /v1/lines'],
  'GET /v1/gates': operatorApi['GET /v1/gates'],
  'GET /v1/validators': operatorApi['GET /v1/validators'],
  'GET /v1/gate-classes': operatorApi['GET /v1/gate-classes'],
  'PUT /v1/gate-classes': operatorApi['PUT /v1/gate-classes'],
  'PUT /v1/lines/{lineId}/passback': operatorApi['PUT /v1/lines/{lineId}/passback'],
  ...quarantineApi,
  'GET /v1/passback-changes': operatorApi['GET /v1/passback-changes'],
  'POST /v1/validators': operatorApi['POST /v1/validators'],
  'POST /v1/validators/{validatorId}/revoke': operatorApi['POST /v1/validators/{validatorId}/revoke'],
  'PUT /v1/gates/{gateId}/challenge': operatorApi['PUT /v1/gates/{gateId}/challenge'],
  'GET /v1/taps': operatorApi['GET /v1/taps'],
  'GET /v1/trips': operatorApi['GET /v1/trips'],
  'GET /v1/trips/{tripId}': operatorApi['GET /v1/trips/{tripId}'],
  'GET /v1/incidents': operatorApi['GET /v1/incidents'],
  'GET /v1/incidents/{incidentId}': operatorApi['GET /v1/incidents/{incidentId}'],
  'POST /v1/incidents/{incidentId}/handle': operatorApi['POST /v1/incidents/{incidentId}/handle'],
  'POST /v1/incidents/{incidentId}/lift-block': operatorApi['POST /v1/incidents/{incidentId}/lift-block'],
  'POST /v1/trips/{tripId}/decisions': operatorApi['POST /v1/trips/{tripId}/decisions'],
  'GET /v1/correction-requests': operatorApi['GET /v1/correction-requests'],
  'GET /v1/tariffs': operatorApi['GET /v1/tariffs'],
  'GET /v1/reports': operatorApi['GET /v1/reports'],
  'POST /v1/tariffs': operatorApi['POST /v1/tariffs'],
  'POST /v1/tariffs/{tariffId}/end': operatorApi['POST /v1/tariffs/{tariffId}/end'],
  ...staffRefundApi,
  ...staffUnmatchedPaymentApi,
  ...staffConcessionApi,
};

export const staff = { name: 'Nguyễn Thu Hà', email: 'ha@example.vn', password: 'sen-hồ-tây' };

export interface StandInOperator extends TestServer {
  /** Newest first. */
  trips: OperatorTrip[];
  incidents: Incident[];
  tariffs: TariffVersion[];
  money: RiderMoney;
  gateClasses: GateClass[];
  /** The newest first. */
  passbackChanges: PassbackChange[];
  requests: QueuedCorrection[];
  decisions: { tripId: string; told: TripDecision }[];
  /** Sessions end at once when the test says so. */
  isSignedIn: boolean;
  /** Of the bus's validator. */
  revocation: Revocation | null;
  /** Gates that display a challenge. */
  challengeGates: Set<string>;
}

export async function startStandInOperator(): Promise<StandInOperator> {
  const pagesFolder = makeTemporaryFolder();
  await build({
    configFile: join(import.meta.dirname, '../vite.config.ts'),
    build: { outDir: pagesFolder, emptyOutDir: true },
    logLevel: 'warn',
  });
  const state = {
    trips: Array.from({ length: 120 }, (_, index) => tripNumber(120 - index)),
    incidents: Array.from({ length: 10 }, (_, index) => incidentNumber(index + 1)),
    tariffs: [] as TariffVersion[],
    money: createRiderMoney(),
    gateClasses: [standardGateClass] as GateClass[],
    passbackChanges: [] as PassbackChange[],
    requests: [] as QueuedCorrection[],
    decisions: [] as { tripId: string; told: TripDecision }[],
    isSignedIn: false,
    revocation: null as Revocation | null,
    challengeGates: new Set<string>(),
  };
  const find = (tripId: string): OperatorTrip => {
    const trip = state.trips.find((candidate) => candidate.tripId === tripId);
    if (!trip) throw new ServiceError(404, 'trip_not_found');
    return trip;
  };
  const findIncident = (incidentId: string): Incident => {
    const incident = state.incidents.find((candidate) => candidate.incidentId === incidentId);
    if (!incident) throw new ServiceError(404, 'incident_not_found');
    return incident;
  };
  const app = createHttpApp({
    service: 'operator',
    log: silentLog,
    api: consoleApi,
    handlers: {
      ...riderMoneyRoutes(() => state.money),
      'POST /v1/sign-in': ({ body }) => {
        if (body.email !== staff.email || body.password !== staff.password) {
          throw new ServiceError(401, 'wrong_credentials');
        }
        state.isSignedIn = true;
        return { name: staff.name };
      },
      'POST /v1/sign-out': () => {
        state.isSignedIn = false;
      },
      'GET /v1/reports': ({ query }) => {
        if (query.from > query.to) throw new ServiceError(400, 'period_too_long');
        return reportOf(query);
      },
      'GET /v1/me': () => ({ name: staff.name, email: staff.email }),
      'GET /v1/lines': () => ({
        lines: lines.map((line) => {
          const last = state.passbackChanges.find(({ lineId }) => lineId === line.lineId);
          return { ...line, ...(last && { passback: last.passback }) };
        }),
      }),
      'PUT /v1/lines/{lineId}/passback': ({ params, body }) => {
        const at = new Date().toISOString();
        state.passbackChanges.unshift({ ...params, ...body, by: staff.email, at });
      },
      'GET /v1/passback-changes': () => ({ changes: state.passbackChanges }),
      'GET /v1/gates': () => ({
        gates: gates.map((gate) => ({ ...gate, challenge: state.challengeGates.has(gate.gateId) })),
      }),
      'GET /v1/gate-classes': () => ({ gateClasses: state.gateClasses }),
      'PUT /v1/gate-classes': ({ body }) => {
        const changed = new Set(body.gateClasses.map(({ classId }) => classId));
        const others = state.gateClasses.filter(({ classId }) => !changed.has(classId));
        state.gateClasses = [...others, ...body.gateClasses];
      },
      'GET /v1/validators': () => ({
        validators: [
          {
            validatorId: 'v-metro',
            name: 'Trung tâm dữ liệu 1',
            enrolledAt: '2026-11-20T01:00:00Z',
            seenAt: new Date().toISOString(),
            lastSeq: 48_211,
            quarantined: 2,
            report: validatorReport.parse({
              clock: { state: 'unsure', offsetMilliseconds: -300_000, ageSeconds: 90_000 },
              journal: { state: 'well', lastSeq: 48_300, unsent: 89, quarantined: 2, cuts: 1 },
              conditions: ['clock_unsure'],
            }),
            reportedAt: new Date().toISOString(),
            journal: 'gap' as const,
            lastTapAt: '2026-11-23T01:14:00Z',
            lastTapReceivedAt: '2026-11-23T01:14:02Z',
            revocation: null,
          },
          {
            validatorId: 'v-bus-32',
            name: 'Xe buýt 29B-123.45',
            enrolledAt: null,
            seenAt: null,
            lastSeq: 0,
            quarantined: 0,
            journal: 'whole' as const,
            lastTapAt: null,
            lastTapReceivedAt: null,
            revocation: state.revocation,
          },
        ],
      }),
      'GET /v1/validators/{validatorId}/quarantined-taps': () => ({
        records: [
          { seq: 48_300, code: 'journal_cut', receivedAt: '2026-11-23T01:14:02Z' },
          { seq: 17, code: 'unknown_gate', receivedAt: '2026-11-22T01:14:02Z' },
        ],
      }),
      'POST /v1/validators/{validatorId}/revoke': ({ body }) => {
        state.revocation = { at: '2026-11-23T02:00:00Z', by: staff.email, reason: body.reason };
        return state.revocation;
      },
      'PUT /v1/gates/{gateId}/challenge': ({ params, body }) => {
        state.challengeGates[body.isShown ? 'add' : 'delete'](params.gateId);
      },
      'POST /v1/validators': () => ({
        validatorId: 'v-new',
        enrolmentCode: 'K7QF-9D2M-XW4T',
        expiresAt: '2026-11-24T01:00:00Z',
      }),
      'GET /v1/taps': ({ query }) => ({
        taps: pageOf(
          state.trips.flatMap(tapsOf).filter((tap) => !query.outcome || tap.outcome === query.outcome),
          query,
        ),
        next: null,
      }),
      'GET /v1/trips': ({ query }) => {
        const found = state.trips.filter((trip) => !query.state || trip.state === query.state);
        const trips = pageOf(found, query);
        const end = Number(query.after ?? 0) + trips.length;
        return { trips, next: end < found.length ? String(end) : null };
      },
      'GET /v1/trips/{tripId}': ({ params }) => {
        const trip = find(params.tripId);
        return {
          trip,
          taps: tapsOf(trip),
          inferredFrom: null,
          requests: state.requests.filter(({ tripId }) => tripId === trip.tripId),
          decisions: state.decisions.filter(({ tripId }) => tripId === trip.tripId).map(({ told }) => told),
          charge: {
            revision: trip.revision,
            result: 'applied' as const,
            code: null,
            answeredAt: trip.entry?.at ?? null,
          },
        };
      },
      'POST /v1/trips/{tripId}/decisions': ({ params, body }) => {
        const asked = state.requests.find(({ tripId }) => tripId === params.tripId);
        if (body.kind === 'refuse' && !asked) throw new ServiceError(409, 'nothing_to_refuse');
        const told: TripDecision = {
          decisionId: body.decisionId,
          requestId: asked?.requestId ?? null,
          kind: body.kind,
          place: body.placeId === null ? null : { nameVi: body.placeId, nameEn: body.placeId },
          reason: body.reason,
          at: new Date().toISOString(),
          decidedBy: staff.email,
        };
        state.decisions.push({ tripId: params.tripId, told });
        return told;
      },
      'GET /v1/correction-requests': ({ query }) => {
        const answerOf = (requestId: string) =>
          state.decisions.find(({ told }) => told.requestId === requestId)?.told ?? null;
        const requests = state.requests
          .map((request) => ({ ...request, trip: find(request.tripId), answer: answerOf(request.requestId) }))
          .filter(({ answer }) => (answer === null) === (query.state === 'open'));
        return { requests, next: null };
      },
      'GET /v1/incidents': ({ query }) => ({
        incidents: state.incidents.filter(
          (one) => (!query.class || one.class === query.class) && (!query.state || one.state === query.state),
        ),
        next: null,
      }),
      'GET /v1/incidents/{incidentId}': ({ params }) => storyOf(findIncident(params.incidentId)),
      'POST /v1/incidents/{incidentId}/handle': ({ params }) =>
        Object.assign(findIncident(params.incidentId), { state: 'handled' as const }),
      'POST /v1/incidents/{incidentId}/lift-block': ({ params }) =>
        Object.assign(findIncident(params.incidentId), { block: 'lifted' as const }),
      'GET /v1/tariffs': () => ({ tariffs: state.tariffs }),
      // What it says of a file depends on the file's text alone.
      'POST /v1/tariffs': async ({ query: { from, to = null, name = 'Giá mới' }, request }) => {
        if ((await text(request)) === 'wrong') throw wrongFeed();
        if (state.tariffs.some((tariff) => tariff.to === null)) {
          throw new ServiceError(409, 'tariff_overlap', { detail: 'tariff-1 is in the way.' });
        }
        const importedAt = '2026-11-23T01:00:00Z';
        const tariff = { tariffId: 'tariff-1', name, from, to, importedBy: staff.email, importedAt };
        state.tariffs.unshift(tariff);
        return { tariff, notes: [] };
      },
      'POST /v1/tariffs/{tariffId}/end': ({ body: { to } }) => {
        const [tariff] = state.tariffs;
        if (!tariff) throw new ServiceError(404, 'tariff_not_found');
        return Object.assign(tariff, { to });
      },
    },
    authenticators: {
      staff: async () => {
        if (!state.isSignedIn) throw new ServiceError(401, 'not_signed_in');
      },
    },
    notReady: async () => null,
    registry: createRegistry('operator'),
    bodyLimitBytes: 100_000,
    trustedProxies: 0,
    pagesFolder,
  });
  const server = await serve(app);
  return Object.assign(state, {
    ...server,
    async stop() {
      await server.stop();
      rmSync(pagesFolder, { recursive: true });
    },
  });
}

const wrongFeed = () =>
  new ServiceError(422, 'tariff_invalid', {
    feedProblems: {
      problems: [
        { file: 'agency.txt', line: null, field: null, rule: 'missing_file', value: null },
        { file: 'fare_products.txt', line: 7, field: 'amount', rule: 'too_precise', value: '8000.5' },
      ],
      leftOff: 12,
    },
  });

/** The cursor is a place in the list: enough while the test adds nothing between two pages. */
const pageOf = <Row extends OperatorTap | OperatorTrip>(
  rows: Row[],
  { after, limit }: { after?: string | undefined; limit: number },
): Row[] => rows.slice(Number(after ?? 0), Number(after ?? 0) + limit);
