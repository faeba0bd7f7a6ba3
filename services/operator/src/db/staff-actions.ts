/** What staff did that reaches a rider's money or data: who, what, why, and what came of it. */
import type { Db } from './tables.ts';

export interface StaffAction {
  /** The account's e-mail. */
  staff: string;
  /** As `refund_approve`. */
  action: string;
  /** The id of what it was done to. */
  subject: string;
  reason: string;
  at: Date;
}

/** Recorded before it is done, so that nothing is done unrecorded; gives its id. */
export async function recordAction(db: Db, action: StaffAction): Promise<string> {
  const { action_id: actionId } = await db
    .insertInto('staff_actions')
    .values(action)
    .returning('action_id')
    .executeTakeFirstOrThrow();
  return actionId;
}

/** `done`, or the code of why not. */
export async function recordOutcome(db: Db, actionId: string, outcome: string): Promise<void> {
  await db.updateTable('staff_actions').set({ outcome }).where('action_id', '=', actionId).execute();
}
