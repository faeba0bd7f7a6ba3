/** Takes an operator's blocks: maps the pseudonym to the card and changes its status in one transaction. */
import { cardBlock as cardBlockSchema, type issuerApi, type ResponseOf } from '@vedong/contracts';
import { raiseStatusVersion } from './db/cards.ts';
import { applyOperatorBlocks, holdCardOfDay, saveOperatorBlock } from './db/operator-blocks.ts';
import type { Issuer } from './issuer.ts';

export type BlockResult = ResponseOf<(typeof issuerApi)['POST /v1/card-blocks']>['results'][number];

/** Results in the order of the blocks; one that is not good does not stop the others. */
export async function takeCardBlocks(
  issuer: Pick<Issuer, 'db' | 'clock' | 'config'>,
  blocks: readonly unknown[],
): Promise<BlockResult[]> {
  const results: BlockResult[] = [];
  for (const block of blocks) results.push(await takeCardBlock(issuer, block));
  return results;
}

function takeCardBlock(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  value: unknown,
): Promise<BlockResult> | BlockResult {
  const { data } = cardBlockSchema.safeParse(value);
  if (!data) return { result: 'refused', code: 'invalid_block' };
  const { issuer, ...block } = data;
  if (issuer !== config.issuerNumber) return { result: 'refused', code: 'unknown_card' };
  return db.transaction().execute(async (trx): Promise<BlockResult> => {
    const cardId = await holdCardOfDay(trx, block);
    if (cardId === undefined) return { result: 'refused', code: 'unknown_card' };
    if (!(await saveOperatorBlock(trx, cardId, block, new Date(clock.nowMilliseconds())))) {
      return { result: 'duplicate' };
    }
    if (await applyOperatorBlocks(trx, cardId)) await raiseStatusVersion(trx, cardId);
    return { result: 'applied' };
  });
}
