/** Tells the issuer which cards to block and which blocks to lift, at least once each; it keeps count by revision. */
import { maxCardBlocksPerCall, type Client, type IssuerApi } from '@vedong/contracts';
import type { OperatorContext } from './context.ts';
import { leaseBlocks, settleBlocks } from './db/card-blocks.ts';

/** One turn. True where there may be more to send. Throws where the issuer gave no answer; all wait on then. */
export async function sendCardBlocks(
  { db, clock, log }: OperatorContext,
  issuer: Client<IssuerApi>,
): Promise<boolean> {
  const blocks = await leaseBlocks(db, maxCardBlocksPerCall, clock.nowMilliseconds());
  if (blocks.length === 0) return false;
  const { results } = await issuer('POST /v1/card-blocks', { body: { blocks } }).catch(
    async (error: unknown) => {
      await settleBlocks(db, blocks, null, clock.nowMilliseconds());
      throw error;
    },
  );
  await settleBlocks(db, blocks, results, clock.nowMilliseconds());
  for (const [index, { result, code }] of results.entries()) {
    if (result === 'refused') log.error({ cardRef: blocks[index]?.cardRef, code }, 'card block refused');
  }
  return blocks.length === maxCardBlocksPerCall;
}
