/** Records put aside, for staff to look at. */
import type { QuarantinedRecord } from '@vedong/contracts';
import type { Db } from './tables.ts';

/** The newest first. */
export async function listQuarantined(
  db: Db,
  { validatorId, limit }: { validatorId: string; limit: number },
): Promise<QuarantinedRecord[]> {
  const rows = await db
    .selectFrom('quarantined_taps')
    .select(['seq', 'code', 'received_at'])
    .where('validator_id', '=', validatorId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ seq, code, received_at }) => ({ seq, code, receivedAt: received_at.toISOString() }));
}
