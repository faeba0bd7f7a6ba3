/** Refunds as riders and staff read them. */
import type { Refund, StaffRefund } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import type { IssuerDb } from '../db/database.ts';
import { listRefundQueue, listRefundsOf, type RefundRow } from '../db/refunds.ts';
import { vnd } from '../wallet.ts';
import { approvalsNeeded, type RefundLimits } from './policy.ts';

const mostOfARider = 100;
const mostForStaff = 200;

export const listRefunds = async (db: IssuerDb, riderId: string): Promise<Refund[]> =>
  (await listRefundsOf(db, riderId, mostOfARider)).map(toRefund);

export const listStaffRefunds = async (
  db: IssuerDb,
  show: 'waiting' | 'all',
  limits: RefundLimits,
): Promise<StaffRefund[]> =>
  (await listRefundQueue(db, show, mostForStaff)).map((row) => toStaffRefund(row, limits));

export const toRefund = (row: RefundRow): Refund => ({
  refundId: row.refund_id,
  of: row.pass_id ? 'pass' : row.rider_id ? 'top_up' : 'payment',
  topUpId: row.top_up_id,
  passId: row.pass_id,
  amount: vnd(row.amount),
  state: row.state,
  subject: row.subject,
  askedAt: instantOf(row.asked_at.getTime()),
  settledAt: row.settled_at && instantOf(row.settled_at.getTime()),
  reason: row.decisions.find(({ decision }) => decision === 'refuse')?.reason ?? null,
});

export const toStaffRefund = (row: RefundRow, limits: RefundLimits): StaffRefund => ({
  ...toRefund(row),
  provider: row.provider,
  // Asked for by nobody but staff: one of them is enough.
  approvalsNeeded: row.rider_id ? approvalsNeeded(row.amount, limits) : 1,
  decisions: row.decisions.map(({ decided_by: by, decision, reason, at }) => {
    return { by, decision, reason, at: instantOf(at.getTime()) };
  }),
  tries: row.tries,
  providerAnswer: row.provider_answer,
});
