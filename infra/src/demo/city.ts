/** The demo city at the operator: its lines, places and gates, and the one validator that serves them all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { operatorApi, OperatorApi, RequestOf } from '@vedong/contracts';
import { parse } from 'csv-parse/sync';
import { projectRoot } from '../project.ts';
import { runCommand } from '../services.ts';
import { createSessionClient } from './session-client.ts';

export const demoStaffEmail = 'demo@vedong.example';

const validatorName = 'Demo validator';

type Network = RequestOf<(typeof operatorApi)['PUT /v1/network']>['body'];
type Gate = Omit<RequestOf<(typeof operatorApi)['PUT /v1/gates']>['body']['gates'][number], 'validatorId'>;

export interface DemoCity extends Network {
  gates: Gate[];
}

/** The files in infra/demo-city; the operator checks what they say. */
export function readDemoCity(): DemoCity {
  return {
    places: readTable<Network['places'][number]>('places.csv', ['latitude', 'longitude']),
    lines: readTable<Network['lines'][number]>('lines.csv', ['scope']),
    gates: readTable<Gate>('gates.csv', []),
  };
}

function readTable<Row>(file: string, numberColumns: string[]): Row[] {
  return parse<Row>(readFileSync(join(projectRoot, 'infra/demo-city', file)), {
    columns: true,
    cast: (value, { column }) => (numberColumns.includes(String(column)) ? Number(value) : value),
  });
}

/** The city's fares, from the day since which they have held. */
const importTariff: [path: string, ...args: string[]] = [
  'services/operator/src/tariff.ts',
  'import',
  'infra/demo-city/gtfs',
  '--from=2025-08-01',
  '--name=Hà Nội: giá vé từ 1/8/2025',
];

/**
 * Announces the city to the operator; repeating it changes nothing. The tariff is imported where the
 * operator has none: one that staff have put there is not the demo's to replace.
 * @returns what the validator's environment needs to enrol: the one-time code, or nothing when it has enrolled before
 */
export async function openDemoCity(
  operatorUrl: string,
  staff: { email: string; password: string },
  operatorEnv: Record<string, string>,
): Promise<{ ENROLMENT_CODE?: string }> {
  const { places, lines, gates } = readDemoCity();
  const operator = createSessionClient<OperatorApi>(operatorUrl);
  await operator('POST /v1/sign-in', { body: staff });
  await operator('PUT /v1/network', { body: { places, lines } });
  const { tariffs } = await operator('GET /v1/tariffs');
  if (tariffs.length === 0) await runCommand({ command: importTariff, env: operatorEnv });
  const { validators } = await operator('GET /v1/validators');
  const enrolled = validators.find(({ name, enrolledAt }) => name === validatorName && enrolledAt !== null);
  const { validatorId, enrolmentCode } =
    enrolled === undefined
      ? await operator('POST /v1/validators', { body: { name: validatorName } })
      : { validatorId: enrolled.validatorId, enrolmentCode: undefined };
  await operator('PUT /v1/gates', { body: { gates: gates.map((gate) => ({ ...gate, validatorId })) } });
  return enrolmentCode === undefined ? {} : { ENROLMENT_CODE: enrolmentCode };
}
