/** Tariffs: imported and ended by staff, their terms read by the issuer. */
import { serviceDayAt } from '@vedong/travel';
import type { OperatorContext } from '../context.ts';
import { listLines } from '../db/network.ts';
import { listTariffs, listTerms } from '../db/tariffs.ts';
import { endTariff, importTariff } from '../import-tariff.ts';
import { readTariffArchive } from '../read-tariff-files.ts';
import { withUploadedFile } from '../uploaded-file.ts';
import type { OperatorHandlers } from './handlers.ts';

export function tariffRoutes({ db, clock, calendar }: OperatorContext) {
  return {
    'GET /v1/tariffs': async () => ({ tariffs: await listTariffs(db) }),
    'GET /v1/tariffs/terms': async () => ({
      lines: (await listLines(db)).map(({ lineId, nameVi, nameEn, mode }) => ({
        lineId,
        nameVi,
        nameEn,
        mode,
      })),
      tariffs: (await listTerms(db)).map(({ tariffId, name, from, to, terms }) => ({
        tariffId,
        name,
        from,
        to,
        terms,
      })),
    }),
    'POST /v1/tariffs': async ({ query: { from, to = null, name }, who, request }) => {
      const files = await withUploadedFile(request, readTariffArchive);
      const now = new Date(clock.nowMilliseconds());
      const { tariff, notes } = await importTariff(db, files, { from, to, name, importedBy: who.email, now });
      return { tariff, notes: [...notes] };
    },
    'POST /v1/tariffs/{tariffId}/end': ({ params, body: { to } }) =>
      endTariff(db, params.tariffId, {
        to,
        today: serviceDayAt(clock.nowMilliseconds() / 1000, calendar),
      }),
  } satisfies Partial<OperatorHandlers>;
}
