/** Keeps the copy of the operator's terms fresh while the service runs. */
import { createClient, type OperatorApi } from '@vedong/contracts';
import type { Log } from '@vedong/runtime/log';
import type { ServiceConfig } from './config.ts';
import type { IssuerDb } from './db/database.ts';
import { refreshTerms } from './terms.ts';

/** Asks now and every `termsPollSeconds`; an operator that does not answer is a line in the log. Gives the stop. */
export function followTerms(
  db: IssuerDb,
  { operatorUrl, serviceToken, termsPollSeconds }: ServiceConfig,
  log: Log,
): () => void {
  if (operatorUrl === undefined) return () => {};
  const operator = createClient<OperatorApi>(operatorUrl, {
    headers: () => ({ authorization: `Bearer ${serviceToken}` }),
  });
  const ask = () => {
    refreshTerms(db, operator).catch((error: unknown) =>
      log.warn({ err: error }, "the operator's terms stay as they are until it answers"),
    );
  };
  ask();
  const timer = setInterval(ask, termsPollSeconds * 1000);
  return () => clearInterval(timer);
}
