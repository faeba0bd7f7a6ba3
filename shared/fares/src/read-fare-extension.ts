/** Reads `vedong_fares.json`: strict, and every problem at once, as the files of the feed beside it are read. */
import { modes, type Mode } from '@vedong/travel';
import {
  fareExtensionFileName,
  type ApportionmentWeight,
  type ConcessionCategory,
  type FareCap,
  type FareDistance,
  type FareExtension,
  type FreeDays,
  type IncompleteFare,
  type LongestTrip,
  type PassProduct,
  type SameStationExit,
} from './fare-extension.ts';
import type { FeedProblem } from './feed-problem.ts';
import type { Feed } from './gtfs-tables.ts';
import {
  atLeastOne,
  checked,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
  textThat,
  wholeNumber,
  type Form,
  type Report,
} from './json-form.ts';
import { findDecimals, largestAmount, type Money } from './money.ts';

const itself = (value: unknown): unknown => value;
const id = text(64);
const name = text(60);
const concession = wholeNumber(0, 255);
const concessions = list(concession, itself);
const someModes = atLeastOne(list<Mode>(oneOf(modes), itself));
const day = textThat(isDay, 'not_a_date');
const money = object<Money>({
  amount: wholeNumber(0, largestAmount),
  currency: textThat((code) => findDecimals(code) !== undefined, 'not_a_currency'),
});

const passProduct = checked(
  object<PassProduct>({
    productNo: wholeNumber(1, 65_535),
    nameVi: name,
    nameEn: name,
    price: money,
    modes: someModes,
    scope: oneOf(['line', 'network']),
    durationDays: wholeNumber(1, 3660),
    activation: oneOf(['purchase', 'first_use']),
    concessions: atLeastOne(concessions),
    agencies: nullable(atLeastOne(list(name, itself))),
    onSaleFrom: day,
    onSaleTo: nullable(day),
  }),
  ({ onSaleFrom, onSaleTo }, path, report) => checkDays([onSaleFrom, onSaleTo], `${path}.onSaleTo`, report),
);

const fareCap = checked(
  object<FareCap>({
    capId: id,
    nameVi: name,
    nameEn: name,
    period: oneOf(['day', 'week', 'month']),
    limit: money,
    modes: someModes,
    concessions: atLeastOne(concessions),
    fromDay: day,
    toDay: nullable(day),
  }),
  ({ fromDay, toDay }, path, report) => checkDays([fromDay, toDay], `${path}.toDay`, report),
);

const freeDays = checked(
  object<FreeDays>({
    nameVi: name,
    nameEn: name,
    fromDay: day,
    toDay: day,
    modes: someModes,
    lineIds: nullable(atLeastOne(list(id, itself))),
  }),
  ({ fromDay, toDay }, path, report) => checkDays([fromDay, toDay], `${path}.toDay`, report),
);

const extensionForm: Form<FareExtension> = object<FareExtension>({
  version: oneOf([1]),
  passes: list(passProduct, ({ productNo }) => productNo),
  caps: list(fareCap, ({ capId }) => capId),
  incompleteFares: list(
    object<IncompleteFare>({ mode: oneOf(modes), lineId: nullable(id), fare: money }),
    ({ mode, lineId }) => [mode, lineId],
  ),
  freeDays: list(freeDays, itself),
  riderCategories: list(
    object<ConcessionCategory>({ concession, riderCategoryId: id }),
    (category) => category.concession,
  ),
  freeConcessions: concessions,
  fareDistances: list(
    object<FareDistance>({ lineId: id, stopId: id, chainageMetres: wholeNumber(0, 10_000_000) }),
    ({ lineId, stopId }) => [lineId, stopId],
  ),
  apportionment: list(
    object<ApportionmentWeight>({ mode: oneOf(modes), openingPrice: money, perKmPrice: money }),
    ({ mode }) => mode,
  ),
  sameStationExits: optional(
    list(
      object<SameStationExit>({
        mode: oneOf(modes),
        lineId: nullable(id),
        withinMinutes: wholeNumber(1, 240),
        fare: money,
      }),
      ({ mode, lineId }) => [mode, lineId],
    ),
  ),
  longestTrips: optional(
    list(
      object<LongestTrip>({ mode: oneOf(modes), lineId: nullable(id), minutes: wholeNumber(1, 240) }),
      ({ mode, lineId }) => [mode, lineId],
    ),
  ),
});

/**
 * Reads the text of `vedong_fares.json`. With the feed it belongs to, its lines, stops and rider categories must be
 * in that feed. A problem's `field` is the path in the file, such as `passes[2].price.amount`.
 */
export function readFareExtension(
  jsonText: string,
  feed?: Feed,
): { readonly extension: FareExtension } | { readonly problems: readonly FeedProblem[] } {
  const problems: FeedProblem[] = [];
  const report: Report = (path, rule, value) => {
    const field = path === '' ? null : path;
    problems.push({ file: fareExtensionFileName, line: null, field, rule, value: describe(value) });
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(jsonText.replace(/^\uFEFF/, ''));
  } catch {
    report('', 'malformed_json', null);
    return { problems };
  }
  const extension = extensionForm(parsed, '', report);
  if (extension !== undefined && feed !== undefined) checkReferences(extension, feed, report);
  return extension === undefined || problems.length > 0 ? { problems } : { extension };
}

function checkReferences(extension: FareExtension, feed: Feed, report: Report): void {
  const lines = feed.routes.textsIn('route_id');
  const stops = feed.stops.textsIn('stop_id');
  const categories = feed.riderCategories.textsIn('rider_category_id');
  const check = (known: ReadonlySet<string>, value: string | null, path: string): void => {
    if (value !== null && !known.has(value)) report(path, 'unknown_reference', value);
  };
  extension.incompleteFares.forEach(({ lineId }, at) =>
    check(lines, lineId, `incompleteFares[${at}].lineId`),
  );
  extension.sameStationExits?.forEach(({ lineId }, at) =>
    check(lines, lineId, `sameStationExits[${at}].lineId`),
  );
  extension.longestTrips?.forEach(({ lineId }, at) => check(lines, lineId, `longestTrips[${at}].lineId`));
  extension.freeDays.forEach(({ lineIds }, at) =>
    lineIds?.forEach((lineId, index) => check(lines, lineId, `freeDays[${at}].lineIds[${index}]`)),
  );
  extension.riderCategories.forEach(({ riderCategoryId }, at) =>
    check(categories, riderCategoryId, `riderCategories[${at}].riderCategoryId`),
  );
  extension.fareDistances.forEach(({ lineId, stopId }, at) => {
    check(lines, lineId, `fareDistances[${at}].lineId`);
    check(stops, stopId, `fareDistances[${at}].stopId`);
  });
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value);
    return true;
  } catch {
    return false;
  }
}

function checkDays([first, last]: [string, string | null], path: string, report: Report): void {
  if (last !== null && last < first) report(path, 'start_after_end', last);
}

/** The value as short text, for whoever has to find it. */
function describe(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length > 100 ? `${written.slice(0, 100)}…` : written;
}
