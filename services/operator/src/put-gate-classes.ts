/** Staff say what a class of gates does while something is wrong. */
import { ServiceError } from '@vedong/runtime/problem';
import { listGateClasses, upsertGateClasses, type GateClassEntry } from './db/gate-classes.ts';
import type { Db } from './db/tables.ts';

/** As many as a validator's configuration holds. */
const classesMost = 100;

/** Adds or changes; of a class given twice the last counts. Throws `too_many_gate_classes`; none is kept then. */
export async function putGateClasses(db: Db, classes: readonly GateClassEntry[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await upsertGateClasses(tx, [...new Map(classes.map((entry) => [entry.classId, entry])).values()]);
    if ((await listGateClasses(tx)).length > classesMost) {
      throw new ServiceError(409, 'too_many_gate_classes', {
        detail: `There may be ${classesMost} gate classes. Change one that is there.`,
      });
    }
  });
}
