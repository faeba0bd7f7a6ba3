/** Staff say when the same card is refused at a line's gates; validators hear of it with their next configuration. */
import { ServiceError } from '@vedong/runtime/problem';
import { listUnknownIds } from './db/network.ts';
import { setRules, type Author, type LineRule } from './db/passback.ts';
import type { Db } from './db/tables.ts';

/** Setting the rule that holds already changes nothing and is not written down. Throws `line_not_found`. */
export async function setPassback(db: Db, rule: LineRule, author: Author): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if ((await listUnknownIds(tx, 'lines', [rule.lineId])).length > 0) {
      throw new ServiceError(404, 'line_not_found', { detail: 'There is no such line.' });
    }
    await setRules(tx, [rule], author);
  });
}
