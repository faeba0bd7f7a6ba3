/** Anti-passback rules of lines, and who set them. */
import type { PassbackChange } from '@vedong/contracts';
import type { PassbackRule } from '@vedong/travel';
import { sql } from 'kysely';
import type { Db, Tx } from './tables.ts';

export interface LineRule {
  lineId: string;
  passback: PassbackRule;
}

/** Who changes something, and when. */
export interface Author {
  /** The account's e-mail. */
  by: string;
  at: Date;
}

/** Sets the rules that differ, and writes each down. Lines that nobody knows are left out. */
export async function setRules(tx: Tx, rules: readonly LineRule[], { by, at }: Author): Promise<void> {
  await sql`
    with changed as (
      update lines set passback = given.passback
      from unnest(${rules.map(({ lineId }) => lineId)}::text[],
        ${rules.map(({ passback }) => JSON.stringify(passback))}::jsonb[]) as given (line_id, passback)
      where lines.line_id = given.line_id and lines.passback is distinct from given.passback
      returning lines.line_id, lines.passback)
    insert into passback_changes (line_id, passback, changed_by, changed_at)
    select line_id, passback, ${by}, ${at} from changed order by line_id`.execute(tx);
}

/** The newest first. */
export async function listRuleChanges(
  db: Db,
  { lineId, limit }: { lineId?: string | undefined; limit: number },
): Promise<PassbackChange[]> {
  const rows = await db
    .selectFrom('passback_changes')
    .select(['line_id', 'passback', 'changed_by', 'changed_at'])
    .$if(lineId !== undefined, (query) => query.where('line_id', '=', lineId!))
    .orderBy('change_no', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ line_id, passback, changed_by, changed_at }) => ({
    lineId: line_id,
    passback,
    by: changed_by,
    at: changed_at.toISOString(),
  }));
}
