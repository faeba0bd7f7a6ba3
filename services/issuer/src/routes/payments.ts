/** Top-ups, and the notices of those who take the money. */
import { ServiceError } from '@vedong/runtime/problem';
import type { Issuer, Routes } from '../issuer.ts';
import { takeNotice, type TakenNotice } from '../payments/notices.ts';
import { beginTopUp, getProvider, getTopUp } from '../payments/top-ups.ts';
import { ipnAnswers } from '../payments/vnpay.ts';

export const paymentRoutes = (issuer: Issuer) =>
  ({
    'POST /v1/top-ups': async ({ who, body, request }) => {
      const topUp = await beginTopUp(issuer, { ...who, address: request.ip ?? '' }, body);
      issuer.events.topUpBegun(request.id, topUp.topUpId, topUp.provider);
      return topUp;
    },
    'GET /v1/top-ups/{topUpId}': ({ who, params }) => getTopUp(issuer, who.riderId, params.topUpId),
    'POST /v1/payment-notices/vietqr': async ({ body, request }) => {
      const provider = getProvider(issuer.payments, 'vietqr');
      const report = await provider.readNotice(body.notice);
      if (typeof report === 'string') {
        issuer.events.noticeRefused(request.id, provider.name, report);
        throw report === 'forged' ? notTrusted() : badNotice();
      }
      const taken = await takeNotice(issuer, provider, report);
      issuer.events.noticeTaken(request.id, provider.name, taken);
      if (taken.outcome === 'conflict') throw conflict();
      return { outcome: taken.outcome === 'credited' ? ('credited' as const) : ('unmatched' as const) };
    },
    'GET /v1/payment-notices/vnpay': async ({ query, request }) => {
      const provider = getProvider(issuer.payments, 'vnpay');
      const report = await provider.readNotice(query);
      if (typeof report === 'string') {
        issuer.events.noticeRefused(request.id, provider.name, report);
        return report === 'forged' ? ipnAnswers.invalidSignature : ipnAnswers.unknownError;
      }
      const taken = await takeNotice(issuer, provider, report);
      issuer.events.noticeTaken(request.id, provider.name, taken);
      return answerToIpn(taken);
    },
  }) satisfies Routes;

const ipnAnswerOf = {
  credited: ipnAnswers.confirmed,
  not_paid: ipnAnswers.confirmed,
  second_payment: ipnAnswers.alreadyConfirmed,
  unknown_reference: ipnAnswers.orderNotFound,
  wrong_amount: ipnAnswers.invalidAmount,
  conflict: ipnAnswers.unknownError,
} as const satisfies Record<TakenNotice['outcome'], object>;

function answerToIpn({ outcome, isRepeated }: TakenNotice) {
  const answer = ipnAnswerOf[outcome];
  return isRepeated && answer === ipnAnswers.confirmed ? ipnAnswers.alreadyConfirmed : answer;
}

const notTrusted = () =>
  new ServiceError(401, 'notice_not_trusted', { detail: 'The notice is not signed by the bank’s key.' });
const badNotice = () =>
  new ServiceError(400, 'bad_notice', { detail: 'The notice does not say what a payment notice must.' });
const conflict = () =>
  new ServiceError(409, 'notice_conflict', { detail: 'Another payment was told under this noticeId.' });
