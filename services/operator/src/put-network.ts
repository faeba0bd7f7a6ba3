/** Staff describe the network: places, lines, and the gates where tickets are read. */
import { ServiceError } from '@vedong/runtime/problem';
import { standardClassId } from '@vedong/travel';
import {
  listGatesOfOtherLines,
  listUnknownIds,
  upsertGates,
  upsertLines,
  upsertPlaces,
  type GateEntry,
  type Network,
} from './db/network.ts';
import { setRules, type Author } from './db/passback.ts';
import type { Db } from './db/tables.ts';

/**
 * Adds or changes. What is given twice counts as given last; a line's anti-passback rule stays where none is given.
 * Throws `line_scope_taken`.
 */
export async function putNetwork(db: Db, { places, lines }: Network, author: Author): Promise<void> {
  const lastLines = lastOfEach(lines, ({ lineId }) => lineId);
  await db
    .transaction()
    .execute(async (tx) => {
      await upsertPlaces(
        tx,
        lastOfEach(places, ({ placeId }) => placeId),
      );
      await upsertLines(tx, lastLines);
      const given = lastLines.flatMap(({ lineId, passback }) => (passback ? [{ lineId, passback }] : []));
      await setRules(tx, given, author);
    })
    .catch((error: unknown) => {
      // The only unique rule that an upsert by key can break, checked at commit so that lines can swap numbers.
      if ((error as { code?: string }).code !== '23505') throw error;
      throw new ServiceError(409, 'line_scope_taken', {
        detail: 'Two lines have the same scope number. A ticket could not tell them apart.',
      });
    });
}

const references = [
  { table: 'lines', code: 'unknown_line', idOf: ({ lineId }: GateEntry) => lineId },
  { table: 'places', code: 'unknown_place', idOf: ({ placeId }: GateEntry) => placeId },
  { table: 'validators', code: 'unknown_validator', idOf: ({ validatorId }: GateEntry) => validatorId },
  {
    table: 'gate_classes',
    code: 'unknown_gate_class',
    idOf: ({ gateClass }: GateEntry) => gateClass ?? standardClassId,
  },
] as const;

/**
 * Adds or changes. Throws `unknown_line`, `unknown_place`, `unknown_validator`, `unknown_gate_class` or
 * `kind_not_of_line`, naming them; none is kept then.
 */
export async function putGates(db: Db, gates: readonly GateEntry[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { table, code, idOf } of references) {
      const unknown = await listUnknownIds(tx, table, gates.map(idOf));
      if (unknown.length > 0) {
        throw new ServiceError(400, code, { detail: `Not known here: ${unknown.slice(0, 20).join(', ')}` });
      }
    }
    const misfits = await listGatesOfOtherLines(tx, gates);
    if (misfits.length > 0) {
      throw new ServiceError(400, 'kind_not_of_line', {
        detail: `Only a bus line with tap-on and tap-off has gates of kind alight. Not so: ${misfits.slice(0, 20).join(', ')}`,
      });
    }
    await upsertGates(
      tx,
      lastOfEach(gates, ({ gateId }) => gateId),
    );
  });
}

const lastOfEach = <T>(items: readonly T[], idOf: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [idOf(item), item])).values(),
];
