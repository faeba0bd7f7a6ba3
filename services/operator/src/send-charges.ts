/** Sends the outbox to the issuer, at least once each; the issuer keeps count by trip and revision. */
import { type Client, type IssuerApi } from '@vedong/contracts';
import type { OperatorContext } from './context.ts';
import { leaseCharges, settleCharges } from './db/outbox.ts';

/** The issuer takes a body of 1 MB; a charge with the steps of its price may have 4.5 kB of it. */
const chargesPerCall = 200;

/** One turn. True where there may be more to send. Throws where the issuer gave no answer; all wait on then. */
export async function sendCharges(
  { db, clock, log, metrics }: OperatorContext,
  issuer: Client<IssuerApi>,
): Promise<boolean> {
  const charges = await leaseCharges(db, chargesPerCall, clock.nowMilliseconds());
  if (charges.length === 0) return false;
  const { results } = await issuer('POST /v1/charges', { body: { charges } }).catch(
    async (error: unknown) => {
      await settleCharges(db, charges, null, clock.nowMilliseconds());
      throw error;
    },
  );
  await settleCharges(db, charges, results, clock.nowMilliseconds());
  for (const [index, { result, code }] of results.entries()) {
    metrics.charges.inc({ result });
    if (result === 'refused') log.error({ tripId: charges[index]?.tripId, code }, 'charge refused');
  }
  return charges.length === chargesPerCall;
}
