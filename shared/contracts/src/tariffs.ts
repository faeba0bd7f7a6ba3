/** The tariff part of the operator's API. */
import { z } from 'zod';
import { identifier, instant, mode, serviceDay, shortName } from './common.ts';
import type { Api } from './endpoint.ts';

/** A tariff and the service days on which it prices trips; `to` is the last one, null: no end is set. */
export const tariffVersion = z.strictObject({
  tariffId: identifier,
  name: shortName,
  from: serviceDay,
  to: serviceDay.nullable(),
  importedBy: z.string(),
  importedAt: instant,
});
export type TariffVersion = z.output<typeof tariffVersion>;

/** What is wrong with a tariff's files, so that its author finds the place. */
export const tariffProblem = z.strictObject({
  file: z.string(),
  /** From 1, the header; null where the whole file is meant. */
  line: z.int().nullable(),
  field: z.string().nullable(),
  rule: z
    .string()
    .describe(
      '`FeedRule` of @vedong/fares, or `file_too_large`, `files_too_large`, `not_utf8`, `duplicate_file`',
    ),
  value: z.string().nullable(),
});
export type TariffProblem = z.output<typeof tariffProblem>;

export const tariffApi = {
  'GET /v1/tariffs': {
    summary: 'Tariffs, the latest first.',
    caller: 'staff',
    response: z.strictObject({ tariffs: z.array(tariffVersion) }),
  },
  'POST /v1/tariffs': {
    summary:
      'Import a GTFS feed as a tariff. Only its fare files are read. Safe to repeat. `tariff_invalid` carries `feedProblems`: {problems, leftOff}.',
    caller: 'staff',
    query: z.strictObject({
      name: shortName.optional(),
      from: serviceDay,
      to: serviceDay.optional().describe('the last service day; absent: no end'),
    }),
    upload: 'application/zip',
    status: 201,
    response: z.strictObject({
      tariff: tariffVersion,
      /** Tolerated: columns nobody knows, amounts with few decimals. */
      notes: z.array(
        z.strictObject({ file: z.string(), line: z.int().nullable(), field: z.string(), rule: z.string() }),
      ),
    }),
    problems: ['broken_archive', 'tariff_invalid', 'tariff_overlap', 'tariff_days', 'body_too_large'],
  },
  'POST /v1/tariffs/{tariffId}/end': {
    summary: 'Set the last service day of a tariff: today or later.',
    caller: 'staff',
    params: z.strictObject({ tariffId: identifier }),
    body: z.strictObject({ to: serviceDay }),
    response: tariffVersion,
    problems: ['tariff_not_found', 'tariff_overlap', 'tariff_days'],
  },
  'GET /v1/tariffs/terms': {
    summary: 'What each tariff says beyond GTFS, for the issuer: passes, caps, free days, categories.',
    caller: 'service',
    response: z.strictObject({
      /** For passes of one line. */
      lines: z.array(z.strictObject({ lineId: identifier, nameVi: shortName, nameEn: shortName, mode })),
      tariffs: z.array(
        z.strictObject({
          tariffId: identifier,
          name: shortName,
          from: serviceDay,
          to: serviceDay.nullable(),
          terms: z
            .record(z.string(), z.unknown())
            .describe('the content of vedong_fares.json, checked; `FareExtension` of @vedong/fares'),
        }),
      ),
    }),
  },
} as const satisfies Api;
