/** Lines, gate ids and places, read once; without them the filters still work by hand. */
import { computed, signal } from '@preact/signals';
import type { OperatorApi, ResponseOf } from '@vedong/contracts';
import { sayName } from './language.ts';
import { call } from './session.ts';

type Gate = ResponseOf<OperatorApi['GET /v1/gates']>['gates'][number];
type Line = ResponseOf<OperatorApi['GET /v1/lines']>['lines'][number];

export const lines = signal<readonly Line[]>([]);
const gates = signal<readonly Gate[]>([]);
export const gateIds = computed(() => gates.value.map(({ gateId }) => gateId));

/** Lists name a line in Vietnamese; here it is in the language in use. */
export function sayLine(nameVi: string): string {
  const line = lines.value.find((known) => known.nameVi === nameVi);
  return line ? sayName(line) : nameVi;
}

/** Where the line has gates, in the order of their ids; each place once. */
export const placesOfLine = (lineId: string): Gate['place'][] => [
  ...new Map(
    gates.value.filter((gate) => gate.lineId === lineId).map(({ place }) => [place.placeId, place]),
  ).values(),
];

export async function loadNetwork(): Promise<void> {
  const [lineAnswer, gateAnswer] = await Promise.allSettled([call('GET /v1/lines'), call('GET /v1/gates')]);
  if (lineAnswer.status === 'fulfilled') lines.value = lineAnswer.value.lines;
  if (gateAnswer.status === 'fulfilled') gates.value = gateAnswer.value.gates;
}
