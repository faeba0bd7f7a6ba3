/** A trip as its rider sees it, and why it costs what it costs. */
import { z } from 'zod';
import { mode, money, tripEnd, tripState, uuid } from './common.ts';

/** Why the rider pays what the trip costs: each possible reduction, and the one that was applied. */
export const settlement = z.strictObject({
  applied: z
    .enum(['fare', 'pass', 'cap', 'free_category', 'free_day', 'incomplete', 'waived'])
    .describe('fare: the full fare of the tariff'),
  fullFare: money,
  /** Every cap the trip counted towards, with what had been paid before it and what was still open. */
  caps: z.array(
    z.strictObject({
      capId: z.string(),
      /** For what time the cap counts; absent where the tariff's terms no longer tell. */
      period: z.enum(['day', 'week', 'month']).optional(),
      limit: money,
      paidBefore: money,
      applied: z.boolean(),
    }),
  ),
  /** The pass that covered it. */
  passId: z.string().nullable(),
});
export type Settlement = z.output<typeof settlement>;

export const riderTrip = z.strictObject({
  tripId: uuid,
  mode,
  lineName: z.string(),
  state: tripState,
  entry: tripEnd.nullable(),
  exit: tripEnd.nullable(),
  /** What the rider pays for it, after pass, cap and concession. Null until the trip has been priced. */
  fare: money.nullable(),
  settled: settlement.nullable(),
});
export type RiderTrip = z.output<typeof riderTrip>;
