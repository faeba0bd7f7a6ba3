/** The port behind which every payment provider stands. */
import type { TopUp } from '@vedong/contracts';

export interface PaymentProvider<Notice> {
  name: TopUp['provider'];
  /**
   * True where we fix the amount and the provider takes one payment: nothing else is credited.
   * False where people send what they like, as often as they like: every transfer is credited as it is.
   */
  amountIsFixed: boolean;
  /** What the rider is shown, or where the rider is sent. Asks nobody: the provider first hears of it by the payment. */
  begin(order: Order): Pick<TopUp, 'qrText' | 'payUrl'>;
  /** Reads what the provider tells us; a notice that is not the provider's own is `forged`. */
  readNotice(notice: Notice): Promise<PaymentReport | NoticeFault>;
  /**
   * Asks for a payment to be given back; safe to repeat with the same `refundId`. Throws where the provider gave no
   * answer that counts: it may have taken it. Null where it is not set up to be asked.
   */
  refund: ((order: RefundOrder) => Promise<RefundAnswer>) | null;
}

export interface RefundOrder {
  refundId: string;
  /** Whole dong. */
  amount: number;
  payment: {
    /** The provider's own id. */
    transactionId: string;
    reference: string;
    amount: number;
    orderedAt: Date;
  };
  /** All of the payment, of which nothing was given back before. */
  isWhole: boolean;
  /** It may have been sent before. */
  isRepeated: boolean;
  at: Date;
}

/** `code`: the provider's own, for staff. */
export interface RefundAnswer {
  outcome: 'sent' | 'refused';
  code: string;
}

export interface Order {
  topUpId: string;
  /** What ties a payment to its top-up; see `newReference`. */
  reference: string;
  /** Whole dong. */
  amount: number;
  createdAt: Date;
  expiresAt: Date;
  /** Network address of the rider. */
  address: string;
}

export interface PaymentReport {
  /** The provider's own id: the same money never has two. */
  transactionId: string;
  reference: string;
  /** Whole dong. */
  amount: number;
  /** Null where the provider does not say. */
  paidAt: Date | null;
  /** False: the provider says that it was not paid. */
  isPaid: boolean;
}

export type NoticeFault = 'forged' | 'malformed';
