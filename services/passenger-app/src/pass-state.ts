/** Where a pass is in its life, and which pass the card travels by. */
import type { Pass } from '@vedong/contracts/money';

/** waiting: begins with its first use, which has not come. */
export type PassState = 'active' | 'waiting' | 'upcoming' | 'ended';

type Life = Pick<Pass, 'startsAt' | 'endsAt'>;

export function passStateAt({ startsAt, endsAt }: Life, nowSeconds: number): PassState {
  const now = nowSeconds * 1000;
  if (startsAt === null) return 'waiting';
  if (now < Date.parse(startsAt)) return 'upcoming';
  return endsAt !== null && Date.parse(endsAt) <= now ? 'ended' : 'active';
}

/** The pass that counts now, else one that begins with the next ride. */
export function findPassInUse<P extends Life>(passes: readonly P[], nowSeconds: number): P | undefined {
  const inState = (state: PassState) => passes.find((pass) => passStateAt(pass, nowSeconds) === state);
  return inState('active') ?? inState('waiting');
}
