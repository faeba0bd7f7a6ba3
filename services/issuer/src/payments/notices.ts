/** Takes what providers tell of payments: each credited once, however often, late or out of order it is told. */
import { clearingOf, move, postTransaction, walletOf } from '../db/ledger.ts';
import {
  addPaidAmount,
  getNotice,
  insertNotice,
  lockTopUp,
  markFailed,
  type NoticeOutcome,
  type TopUpRow,
} from '../db/top-ups.ts';
import type { Issuer } from '../issuer.ts';
import type { PaymentProvider, PaymentReport } from './provider.ts';

export interface TakenNotice {
  /** `not_paid`: the provider says so; `conflict`: the provider told something else under this id before. */
  outcome: NoticeOutcome | 'not_paid' | 'conflict';
  isRepeated: boolean;
  /** Came after the top-up had expired. */
  isLate: boolean;
}

/** The lock on the top-up makes notices of one reference wait for each other; the table's key does it for the rest. */
export function takeNotice(
  { db, clock }: Pick<Issuer, 'db' | 'clock'>,
  provider: Pick<PaymentProvider<never>, 'name' | 'amountIsFixed'>,
  report: PaymentReport,
): Promise<TakenNotice> {
  const now = new Date(clock.nowMilliseconds());
  return db.transaction().execute(async (trx) => {
    const topUp = await lockTopUp(trx, provider.name, report.reference);
    const outcome = judge(provider.amountIsFixed, topUp, report);
    const isLate = topUp !== undefined && now > topUp.expires_at;
    if (!report.isPaid) {
      if (!topUp || outcome === 'wrong_amount') return { outcome, isRepeated: false, isLate };
      return { outcome: 'not_paid', isRepeated: !(await markFailed(trx, topUp.top_up_id)), isLate };
    }
    const { reference, amount } = report;
    const key = { provider: provider.name, transaction_id: report.transactionId };
    const isNew = await insertNotice(trx, {
      ...key,
      reference,
      amount,
      top_up_id: topUp?.top_up_id ?? null,
      outcome,
      is_late: isLate,
      paid_at: report.paidAt ?? now,
      received_at: now,
    });
    if (!isNew) {
      const first = await getNotice(trx, key);
      const isSame = first.reference === reference && first.amount === amount;
      return { outcome: isSame ? first.outcome : 'conflict', isRepeated: true, isLate: first.is_late };
    }
    if (topUp && outcome === 'credited') {
      await postTransaction(trx, {
        reference: `${provider.name}:${report.transactionId}`,
        kind: 'top_up',
        at: now,
        subject: reference,
        entries: move(amount, clearingOf(provider.name), walletOf(topUp.rider_id)),
      });
      await addPaidAmount(trx, topUp.top_up_id, amount);
    }
    return { outcome, isRepeated: false, isLate };
  });
}

function judge(amountIsFixed: boolean, topUp: TopUpRow | undefined, report: PaymentReport): NoticeOutcome {
  if (!topUp) return 'unknown_reference';
  if (!amountIsFixed) return 'credited';
  if (report.amount !== topUp.amount) return 'wrong_amount';
  return topUp.paid_amount > 0 ? 'second_payment' : 'credited';
}
