/** Gate classes as staff set them. */
import { sql } from 'kysely';
import type { operatorApi, RequestOf } from '@vedong/contracts';
import type { Db, Tx } from './tables.ts';

export type GateClassEntry = RequestOf<
  (typeof operatorApi)['PUT /v1/gate-classes']
>['body']['gateClasses'][number];

/** `rules` is everything but the id. */
export async function upsertGateClasses(tx: Tx, classes: readonly GateClassEntry[]): Promise<void> {
  const rules = classes.map((entry) => JSON.stringify({ ...entry, classId: undefined }));
  await sql`
    insert into gate_classes (class_id, rules)
    select * from unnest(${classes.map(({ classId }) => classId)}::text[], ${rules}::jsonb[])
    on conflict (class_id) do update set rules = excluded.rules`.execute(tx);
}

export async function listGateClasses(db: Db): Promise<GateClassEntry[]> {
  const rows = await db.selectFrom('gate_classes').selectAll().orderBy('class_id').execute();
  return rows.map(({ class_id, rules }) => ({ classId: class_id, ...rules }));
}
