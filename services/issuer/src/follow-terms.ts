/** Keeps the copy of the operator's terms fresh while the service runs. */
import { createClient, type OperatorApi } from '@vedong/contracts';
import type { Log } from '@vedong/runtime/log';
import type { Issuer } from './issuer.ts';
import { resettleAndLog } from './resettle.ts';
import { refreshTerms } from './terms.ts';

/** Asks now and every `termsPollSeconds`; an operator that does not answer is a line in the log. Gives the stop. */
export function followTerms(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  log: Log,
): () => void {
  const { operatorUrl, serviceToken, termsPollSeconds } = config;
  if (operatorUrl === undefined) return () => {};
  const operator = createClient<OperatorApi>(operatorUrl, {
    headers: () => ({ authorization: `Bearer ${serviceToken}` }),
  });
  const ask = () => {
    refreshTerms(db, operator)
      .catch((error: unknown) =>
        log.warn({ err: error }, "the operator's terms stay as they are until it answers"),
      )
      .then(() => resettleAndLog({ db, clock, config }, log))
      .catch((error: unknown) => log.warn({ err: error }, 'trips are settled again at the next turn'));
  };
  ask();
  const timer = setInterval(ask, termsPollSeconds * 1000);
  return () => clearInterval(timer);
}
