/** Lines and gate ids for the filters, read once; without them the filters still work by hand. */
import { signal } from '@preact/signals';
import type { OperatorApi, ResponseOf } from '@vedong/contracts';
import { call } from './session.ts';

type Line = ResponseOf<OperatorApi['GET /v1/lines']>['lines'][number];

export const lines = signal<readonly Line[]>([]);
export const gateIds = signal<readonly string[]>([]);

export async function loadNetwork(): Promise<void> {
  const [lineAnswer, gateAnswer] = await Promise.allSettled([call('GET /v1/lines'), call('GET /v1/gates')]);
  if (lineAnswer.status === 'fulfilled') lines.value = lineAnswer.value.lines;
  if (gateAnswer.status === 'fulfilled') gateIds.value = gateAnswer.value.gates.map(({ gateId }) => gateId);
}
