/** The prices of a folder's `cases.json` by the GTFS files beside it; what the cases expect is never read. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  compileTariff,
  feedFileNames,
  formatAmount,
  priceJourney,
  readFeed,
  type FeedProblem,
  type Mismatch,
  type Price,
} from '../src/index.ts';

const moment = z.string().transform((text, context) => {
  try {
    return Math.floor(Temporal.Instant.from(text).epochMilliseconds / 1000);
  } catch {
    context.addIssue({ code: 'custom', message: 'not a moment of ISO 8601 with offset' });
    return z.NEVER;
  }
});

const casesFile = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      riderCategory: z.string().nullable().default(null),
      fareMedia: z.string().nullable().default(null),
      legs: z.array(
        z.object({
          route: z.string(),
          fromStop: z.string(),
          toStop: z.string(),
          departure: moment,
          arrival: moment,
        }),
      ),
    }),
  ),
});

/** One answer a case: `total` in plain decimal notation or null, and the steps with amounts in the same notation. */
export interface Answer {
  readonly id: string;
  readonly total: string | null;
  readonly currency: string | null;
  readonly steps: readonly object[];
}

/** Throws an Error that names every problem when the folder is not a feed with cases. */
export function priceFolder(folder: string): Answer[] {
  const { cases } = readCases(join(folder, 'cases.json'));
  const tariff = compileTariff(readFeedFolder(folder));
  return cases.map(({ id, riderCategory: riderCategoryId, fareMedia: fareMediaId, legs }) => {
    const ridden = legs.map((leg) => ({
      routeId: leg.route,
      fromStopId: leg.fromStop,
      toStopId: leg.toStop,
      departureSeconds: leg.departure,
      arrivalSeconds: leg.arrival,
    }));
    return answer(id, priceJourney(tariff, { riderCategoryId, fareMediaId, legs: ridden }));
  });
}

function readCases(path: string): z.infer<typeof casesFile> {
  const text = readFileSync(path, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON`);
  }
  const parsed = casesFile.safeParse(json);
  if (!parsed.success) throw new Error(`${path} is not a file of cases:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function readFeedFolder(folder: string): Parameters<typeof compileTariff>[0] {
  const files = new Map<string, string>();
  for (const name of feedFileNames) {
    const path = join(folder, name);
    if (existsSync(path)) files.set(name, readFileSync(path, 'utf8'));
  }
  const read = readFeed(files);
  if ('problems' in read)
    throw new Error(`${folder} has problems:\n${read.problems.map(nameProblem).join('\n')}`);
  return read.feed;
}

function nameProblem({ file, line, field, rule, value }: FeedProblem): string {
  const place = [file, line, field].filter((part) => part !== null).join(':');
  return `  ${place}: ${rule}${value === null ? '' : ` (${JSON.stringify(value)})`}`;
}

function answer(id: string, price: Price): Answer {
  if (price.total === null) return { id, total: null, currency: null, steps: price.steps };
  const { currency } = price.total;
  const text = (amount: number): string => formatAmount({ amount, currency });
  const steps = price.steps.map((step) => ({
    ...step,
    amount: text(step.amount),
    ...(step.kind === 'leg' && { productAmount: text(step.productAmount) }),
    others: step.others.map(({ row, mismatches }) => ({
      row,
      mismatches: mismatches.map((mismatch) => withTextAmounts(mismatch, text)),
    })),
  }));
  return { id, total: text(price.total.amount), currency, steps };
}

const amountFields = new Set(['amount', 'journey_total']);

function withTextAmounts(mismatch: Mismatch, text: (amount: number) => string): Mismatch {
  const asText = <T>(value: T): T | string => (typeof value === 'number' ? text(value) : value);
  if (!amountFields.has(mismatch.field)) return mismatch;
  return { ...mismatch, wants: asText(mismatch.wants), has: asText(mismatch.has) };
}
