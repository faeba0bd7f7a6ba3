/** What staff do about an incident: mark it handled, lift the block it put on a card. */
import type { Incident } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from './context.ts';
import { liftBlockOfCard } from './db/card-blocks.ts';
import { findIncident } from './db/list-incidents.ts';
import { addEvents } from './db/save-incidents.ts';
import type { Tx } from './db/tables.ts';

type Context = Pick<OperatorContext, 'db' | 'clock'>;

export interface StaffAction {
  /** Email of the staff member. */
  by: string;
  note: string;
}

export const incidentNotFound = () =>
  new ServiceError(404, 'incident_not_found', {
    detail: 'There is no such incident, or later taps have explained it.',
  });

/** Throws `incident_not_found`. */
export function handleIncident(context: Context, incidentId: string, action: StaffAction): Promise<Incident> {
  return act(context, incidentId, async (tx, now) => {
    const { numUpdatedRows } = await tx
      .updateTable('incidents')
      .set({ state: 'handled', changed_at: new Date(now) })
      .where('incident_id', '=', incidentId)
      .where('state', '<>', 'withdrawn')
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw incidentNotFound();
    await addEvents(tx, [{ incidentId, kind: 'handled', ...action }], now);
  });
}

/** Throws `incident_not_found`, and `not_blocked` where its card is not blocked now. */
export function liftBlock(context: Context, incidentId: string, action: StaffAction): Promise<Incident> {
  return act(context, incidentId, async (tx, now) => {
    if (!(await liftBlockOfCard(tx, incidentId, now))) {
      if (!(await findIncident(tx, incidentId))) throw incidentNotFound();
      throw new ServiceError(409, 'not_blocked', { detail: 'The card of this incident is not blocked now.' });
    }
    await addEvents(tx, [{ incidentId, kind: 'lift_asked', ...action }], now);
  });
}

async function act(
  { db, clock }: Context,
  incidentId: string,
  change: (tx: Tx, now: string) => Promise<void>,
): Promise<Incident> {
  const now = instantOf(clock.nowMilliseconds());
  const changed = await db.transaction().execute(async (tx) => {
    await change(tx, now);
    return findIncident(tx, incidentId);
  });
  if (!changed) throw incidentNotFound();
  return changed;
}
