/** Staff approve or refuse a refund; a large one takes two different people. */
import type { StaffRefund } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { lockWallets } from '../db/ledger.ts';
import { findPassOf } from '../db/passes.ts';
import { changeRefund, findRefund, insertDecision, type RefundRow } from '../db/refunds.ts';
import type { Issuer } from '../issuer.ts';
import { restorePass } from './give-back-pass.ts';
import { approvalsNeeded } from './policy.ts';
import { postRefund } from './post-refund.ts';
import { toStaffRefund } from './show-refunds.ts';

export interface RefundDecision {
  decision: 'approve' | 'refuse';
  reason: string;
  by: { email: string };
}

/** Throws `refund_not_found`, `refund_not_waiting`, `other_person_needed`, `balance_too_low`. */
export async function decideRefund(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  refundId: string,
  { decision, reason, by }: RefundDecision,
): Promise<StaffRefund> {
  const now = new Date(clock.nowMilliseconds());
  const staff = by.email.toLowerCase();
  await db.transaction().execute(async (trx) => {
    const asked = await findRefund(trx, refundId);
    if (!asked) throw new ServiceError(404, 'refund_not_found', { detail: 'There is no such refund.' });
    const riderId = asked.rider_id;
    const balance = riderId === null ? 0 : (await lockWallets(trx, [riderId])).get(riderId)!;
    // Read again: somebody else may have decided while the wallet was waited for.
    const refund = (await findRefund(trx, refundId))!;
    requireWaiting(refund, staff);
    await insertDecision(trx, { refund_id: refundId, decided_by: staff, decision, reason, at: now });
    if (decision === 'refuse') {
      await changeRefund(trx, refundId, { state: 'refused', settled_at: now });
      const pass = refund.pass_id && riderId ? await findPassOf(trx, riderId, refund.pass_id) : undefined;
      if (pass) await restorePass(trx, pass, { since: refund.asked_at, now, calendar: config.calendar });
      return;
    }
    if (refund.decisions.length + 1 < approvalsNeeded(refund.amount, config.refunds)) return;
    if (refund.provider && balance < refund.amount) {
      throw new ServiceError(409, 'balance_too_low', {
        detail: 'The wallet holds less than this by now. Refuse it, and the rider can ask for less.',
      });
    }
    await postRefund(trx, refund, now);
  });
  return toStaffRefund((await findRefund(db, refundId))!, config.refunds);
}

function requireWaiting({ state, decisions }: RefundRow, staff: string): void {
  if (state !== 'waiting') {
    throw new ServiceError(409, 'refund_not_waiting', { detail: 'This refund has been decided already.' });
  }
  if (decisions.some(({ decided_by }) => decided_by === staff)) {
    throw new ServiceError(409, 'other_person_needed', {
      detail: 'You have approved this refund. Its amount needs a second person.',
    });
  }
}
