/** The work beside requests: pairing taps into trips, closing trips that stay open, telling the issuer. */
import type { Client, IssuerApi } from '@vedong/contracts';
import type { OperatorContext } from './context.ts';
import { closeOverdueTrips, makeTrips } from './make-trips.ts';
import { runRepeatedly, type RepeatedWork } from './run-repeatedly.ts';
import { sendCardBlocks } from './send-card-blocks.ts';
import { sendCharges } from './send-charges.ts';

/** Gives the function that stops all of it after the turns under way. */
export function startBackgroundWork(
  context: OperatorContext,
  issuer: Client<IssuerApi>,
): () => Promise<void> {
  const works: RepeatedWork[] = [
    { name: 'pair taps', pauseMilliseconds: 200, work: () => makeTrips(context) },
    { name: 'close trips', pauseMilliseconds: 60_000, work: () => closeOverdueTrips(context) },
    { name: 'send charges', pauseMilliseconds: 300, work: () => sendCharges(context, issuer) },
    { name: 'send card blocks', pauseMilliseconds: 300, work: () => sendCardBlocks(context, issuer) },
  ];
  const stops = works.map((work) => runRepeatedly(work, context.log));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
