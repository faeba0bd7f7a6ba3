/** Journal records that could not be kept as taps. */
import { z } from 'zod';
import { identifier, instant } from './common.ts';
import type { Api } from './endpoint.ts';

export const quarantinedRecord = z.strictObject({
  seq: z.int().describe('its number in the validator’s journal'),
  code: z.string().describe('why it was put aside'),
  receivedAt: instant,
});
export type QuarantinedRecord = z.output<typeof quarantinedRecord>;

export const quarantineApi = {
  'GET /v1/validators/{validatorId}/quarantined-taps': {
    summary:
      'What a validator sent that could not be kept as taps, and why: the newest 200, the newest first.',
    caller: 'staff',
    params: z.strictObject({ validatorId: identifier }),
    response: z.strictObject({ records: z.array(quarantinedRecord) }),
  },
} as const satisfies Api;
