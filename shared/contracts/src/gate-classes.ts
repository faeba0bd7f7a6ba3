/** Gate classes: what gates do while something they judge by is not as it should be. */
import { degradedConditions, policyActions } from '@vedong/travel';
import { z } from 'zod';
import { identifier } from './common.ts';
import type { Api } from './endpoint.ts';

const value = z.int().min(0).max(1_000_000_000_000).nullable();
const rides = z.int().min(0).max(100_000);

export const gateClass = z.strictObject({
  classId: identifier,
  policies: z
    .record(z.enum(degradedConditions), z.enum(policyActions))
    .describe('what a gate does under each condition'),
  statusOldAfterMinutes: z.int().min(1).max(10_080),
  limits: z
    .strictObject({ cardRides: rides, gateRides: rides, cardValue: value, gateValue: value })
    .describe('of one hour, for rides let through under `limited`; null: no limit by value'),
  rideValue: value.describe('what a ride costs at most; null: not said, so values are not limited'),
});

export const gateClassApi = {
  'PUT /v1/gate-classes': {
    summary: 'Add or change gate classes. Gates take them over with their next configuration.',
    caller: 'staff',
    body: z.strictObject({ gateClasses: z.array(gateClass).min(1).max(100) }),
    status: 204,
    problems: ['too_many_gate_classes'],
  },
  'GET /v1/gate-classes': {
    summary: 'Gate classes.',
    caller: 'staff',
    response: z.strictObject({ gateClasses: z.array(gateClass) }),
  },
} as const satisfies Api;
