/** One log line for each business event. Never a phone number, code, token, ticket, nor a card beside its cardRef. */
import type { Log } from '@vedong/runtime/log';
import type { BlockResult } from './card-blocks.ts';
import type { ChargeResult } from './charges.ts';
import type { TakenNotice } from './payments/notices.ts';
import type { NoticeFault } from './payments/provider.ts';

export type Events = ReturnType<typeof createEvents>;

export const createEvents = (log: Log) => ({
  signedIn: (requestId: string, riderId: string) => log.info({ requestId, riderId }, 'rider signed in'),
  cardMade: (requestId: string, cardId: string) => log.info({ requestId, cardId }, 'card made'),
  cardBlocked: (requestId: string, cardId: string) => log.info({ requestId, cardId }, 'card blocked'),
  cardUnblocked: (requestId: string, cardId: string) => log.info({ requestId, cardId }, 'card unblocked'),
  passBought: (requestId: string, passId: string, productNo: number) =>
    log.info({ requestId, passId, productNo }, 'pass bought'),
  chargesTaken: (requestId: string, results: readonly ChargeResult[]) => {
    const refused = results.filter(({ result }) => result === 'refused').length;
    log[refused > 0 ? 'warn' : 'info']({ requestId, charges: results.length, refused }, 'charges taken');
  },
  correctionAsked: (requestId: string, tripId: string, kind: string) =>
    log.info({ requestId, tripId, kind }, 'correction asked for'),
  cardBlocksTaken: (requestId: string, results: readonly BlockResult[]) => {
    const refused = results.filter(({ result }) => result === 'refused').length;
    log[refused > 0 ? 'warn' : 'info']({ requestId, blocks: results.length, refused }, 'card blocks taken');
  },
  topUpBegun: (requestId: string, topUpId: string, provider: string) =>
    log.info({ requestId, topUpId, provider }, 'top-up begun'),
  noticeTaken: (requestId: string, provider: string, taken: TakenNotice) => {
    const isSettled = taken.outcome === 'credited' || taken.outcome === 'not_paid';
    log[isSettled ? 'info' : 'warn']({ requestId, provider, ...taken }, 'payment notice taken');
  },
  refundAsked: (requestId: string, refundId: string, state: string) =>
    log.info({ requestId, refundId, state }, 'refund asked for'),
  refundDecided: (requestId: string, refundId: string, decision: string) =>
    log.info({ requestId, refundId, decision }, 'refund decided'),
  paymentDecided: (requestId: string, transactionId: string, state: string) =>
    log.info({ requestId, transactionId, state }, 'unmatched payment decided'),
  concessionAsked: (requestId: string, applicationId: string) =>
    log.info({ requestId, applicationId }, 'concession applied for'),
  concessionDecided: (requestId: string, applicationId: string, state: string) =>
    log.info({ requestId, applicationId, state }, 'concession decided'),
  refundEnded: (refundId: string, provider: string, outcome: string) =>
    log[outcome === 'sent' ? 'info' : 'warn']({ refundId, provider, outcome }, 'refund answered'),
  refundUnanswered: (refundId: string, provider: string, err: unknown) =>
    log.warn({ refundId, provider, err }, 'refund not answered: asked again later'),
  noticeRefused: (requestId: string, provider: string, fault: NoticeFault) =>
    log.warn({ requestId, provider, fault }, 'payment notice refused'),
});
