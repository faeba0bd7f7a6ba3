/** Anti-passback: when the same card, with a new code, is refused at a line's gates; and who set it so. */
import { z } from 'zod';
import { identifier, instant, passbackRule } from './common.ts';
import type { Api } from './endpoint.ts';

export const passbackChange = z.strictObject({
  lineId: identifier,
  passback: passbackRule.describe('what held from then on'),
  by: z.string().describe('the e-mail of the account'),
  at: instant,
});
export type PassbackChange = z.output<typeof passbackChange>;

export const passbackApi = {
  'PUT /v1/lines/{lineId}/passback': {
    summary: 'Set a line’s anti-passback rule. Its gates take it over with their next configuration.',
    caller: 'staff',
    params: z.strictObject({ lineId: identifier }),
    body: z.strictObject({ passback: passbackRule }),
    status: 204,
    problems: ['line_not_found'],
  },
  'GET /v1/passback-changes': {
    summary: 'Who set which line’s anti-passback rule to what: the newest 200, the newest first.',
    caller: 'staff',
    query: z.strictObject({ lineId: identifier.optional() }),
    response: z.strictObject({ changes: z.array(passbackChange) }),
  },
} as const satisfies Api;
