/** The demo city at the operator: its lines, places and gates, and the one validator that serves them all. */
import type { OperatorApi } from '@vedong/contracts';
import { createSessionClient } from './session-client.ts';

export const demoStaffEmail = 'demo@vedong.example';

const validatorName = 'Demo validator';

/**
 * Announces the city to the operator; repeating it changes nothing.
 * @returns what the validator's environment needs to enrol: the one-time code, or nothing when it has enrolled before
 */
export async function openDemoCity(
  operatorUrl: string,
  staff: { email: string; password: string },
): Promise<{ ENROLMENT_CODE?: string }> {
  const operator = createSessionClient<OperatorApi>(operatorUrl);
  await operator('POST /v1/sign-in', { body: staff });
  await operator('PUT /v1/network', { body: { places, lines } });
  const { validators } = await operator('GET /v1/validators');
  const enrolled = validators.find(({ name, enrolledAt }) => name === validatorName && enrolledAt !== null);
  const { validatorId, enrolmentCode } =
    enrolled === undefined
      ? await operator('POST /v1/validators', { body: { name: validatorName } })
      : { validatorId: enrolled.validatorId, enrolmentCode: undefined };
  await operator('PUT /v1/gates', { body: { gates: gates.map((gate) => ({ ...gate, validatorId })) } });
  return enrolmentCode === undefined ? {} : { ENROLMENT_CODE: enrolmentCode };
}

/** From the city end of line 2A: number of the station, names, position (OpenStreetMap contributors, ODbL). */
const stations = [
  ['2A-01', 'Cát Linh', 'Cat Linh', 21.028, 105.8274],
  ['2A-02', 'La Thành', 'La Thanh', 21.0202, 105.8253],
  ['2A-03', 'Thái Hà', 'Thai Ha', 21.0145, 105.8194],
  ['2A-04', 'Láng', 'Lang', 21.0062, 105.8163],
] as const;

const busStart = {
  placeId: 'S012',
  nameVi: 'Bến xe Giáp Bát',
  nameEn: 'Giap Bat bus station',
  latitude: 20.98016,
  longitude: 105.84146,
};

const lines = [
  {
    lineId: '2A',
    nameVi: 'Tuyến 2A',
    nameEn: 'Line 2A',
    mode: 'metro' as const,
    agency: 'Hanoi Metro',
    scope: 1,
  },
  { lineId: '32', nameVi: 'Buýt 32', nameEn: 'Bus 32', mode: 'bus' as const, agency: 'Transerco', scope: 32 },
];

const places = [
  ...stations.map(([placeId, nameVi, nameEn, latitude, longitude]) => ({
    placeId,
    nameVi,
    nameEn,
    latitude,
    longitude,
  })),
  busStart,
];

const gates = [
  ...stations.flatMap(([placeId]) => [
    { gateId: `${placeId}-in`, kind: 'entry' as const, lineId: '2A', placeId },
    { gateId: `${placeId}-out`, kind: 'exit' as const, lineId: '2A', placeId },
  ]),
  { gateId: 'bus-32-01', kind: 'board' as const, lineId: '32', placeId: busStart.placeId },
];
