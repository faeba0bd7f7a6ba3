/** How one-time codes reach people. */
import { ServiceError } from '@vedong/runtime/problem';
import type { ServiceConfig } from './config.ts';

/**
 * Delivers a code to a number (E.164). Resolves to the code where it is to be shown on the page instead.
 * Throws `code_not_sent`.
 */
export type SendCode = (phone: string, code: string) => Promise<string | undefined>;

export const createSendCode = (delivery: ServiceConfig['codeDelivery']): SendCode =>
  delivery.kind === 'shown' ? showCode : createWebhookSender(delivery);

/** For demos: the page shows the code, nothing is sent. */
const showCode: SendCode = (_phone, code) => Promise.resolve(code);

const webhookTimeoutMilliseconds = 5000;

/** Posts `{phone, code}` to an SMS provider or to a small adapter before it; any 2xx counts as sent. */
export const createWebhookSender =
  ({ url, token }: { url: string; token: string }): SendCode =>
  async (phone, code) => {
    const isSent = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ phone, code }),
      redirect: 'error',
      signal: AbortSignal.timeout(webhookTimeoutMilliseconds),
    }).then(
      (response) => response.ok,
      () => false,
    );
    if (!isSent) {
      throw new ServiceError(503, 'code_not_sent', {
        detail: 'The code could not be sent. Try again in a minute.',
        retryAfterSeconds: 60,
      });
    }
    return undefined;
  };
