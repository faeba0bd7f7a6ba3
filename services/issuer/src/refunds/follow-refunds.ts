/** Sends refunds while the service runs. */
import type { Log } from '@vedong/runtime/log';
import { sendDueRefunds, type RefundSender } from './send-refunds.ts';

const pollMilliseconds = 2000;

/** One turn after the other; gives the stop. */
export function followRefunds(sender: RefundSender, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const turn = async () => {
    await sendDueRefunds(sender).catch((error: unknown) =>
      log.warn({ err: error }, 'refunds wait for the next turn'),
    );
    if (!isStopped) timer = setTimeout(() => void turn(), pollMilliseconds);
  };
  void turn();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
