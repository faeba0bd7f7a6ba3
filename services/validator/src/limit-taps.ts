/** Takes no more taps at once than are answered in good time; what comes above is told to come again. */
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { problemOf, ServiceError } from '@vedong/runtime/problem';

export interface LimitedJudge<Scan, Answer> {
  /** Throws ServiceError `overloaded` without having looked at the tap, so the code is not used up. */
  judge: (scan: Scan) => Promise<Answer>;
  isFull: () => boolean;
}

export function limitTaps<Scan, Answer>(
  judge: (scan: Scan) => Promise<Answer>,
  most: number,
): LimitedJudge<Scan, Answer> {
  let underWay = 0;
  const isFull = () => underWay >= most;
  return {
    isFull,
    async judge(scan) {
      if (isFull()) throw overloaded();
      underWay += 1;
      try {
        return await judge(scan);
      } finally {
        underWay -= 1;
      }
    },
  };
}

/**
 * Stands before `app` and refuses what is posted while it is full, body unread: a refusal must cost next to nothing,
 * or refusing a crowd takes the time that judging the others needs.
 */
export function refuseWhenFull(
  app: RequestListener,
  isFull: () => boolean,
  onRefused: () => void,
): RequestListener {
  return (request, response) => {
    if (request.method !== 'POST' || !isFull()) return app(request, response);
    onRefused();
    const { status, headers, body } = problemOf(refusal, randomUUID());
    response.sendDate = false;
    response.writeHead(status, headers).end(body);
  };
}

const overloaded = () =>
  new ServiceError(503, 'overloaded', {
    detail: 'More taps at once than this validator can judge. Show the code again.',
    retryAfterSeconds: 1,
  });

/** Made once: noting where an error comes from costs about a fifth of a refusal. */
const refusal = overloaded();
