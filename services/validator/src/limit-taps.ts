/** Takes no more taps at once than are answered in good time; what comes above is told to come again. */
import { ServiceError } from '@vedong/runtime/problem';

/** Wraps `judge`. Throws ServiceError `overloaded` without having looked at the tap, so the code is not used up. */
export function limitTaps<Scan, Answer>(
  judge: (scan: Scan) => Promise<Answer>,
  most: number,
): (scan: Scan) => Promise<Answer> {
  let underWay = 0;
  return async (scan) => {
    if (underWay >= most) {
      throw new ServiceError(503, 'overloaded', {
        detail: 'More taps at once than this validator can judge. Show the code again.',
        retryAfterSeconds: 1,
      });
    }
    underWay += 1;
    try {
      return await judge(scan);
    } finally {
      underWay -= 1;
    }
  };
}
