/** Sums of a report's rows: by day, by line, by agency. Pure. */
import type { OperatorReport } from '@vedong/contracts';

type Line = OperatorReport['lines'][number];
export type Numbers = Pick<
  Line,
  'trips' | 'asked' | 'unpriced' | 'paid' | 'coveredByPasses' | 'beyondCaps' | 'freeCategories'
>;

const nothing: Numbers = {
  trips: 0,
  asked: 0,
  unpriced: 0,
  paid: 0,
  coveredByPasses: 0,
  beyondCaps: 0,
  freeCategories: 0,
};
const names = Object.keys(nothing) as (keyof Numbers)[];

export const sumOf = (lines: readonly Numbers[]): Numbers =>
  lines.reduce(
    (sum, line) =>
      Object.fromEntries(names.map((name) => [name, sum[name] + line[name]])) as unknown as Numbers,
    nothing,
  );

/** The lines, each over all days, the most ridden first. */
export const sumByLine = (
  lines: readonly Line[],
): (Numbers & Pick<Line, 'lineId' | 'nameVi' | 'nameEn' | 'agency'>)[] =>
  [...Map.groupBy(lines, ({ lineId }) => lineId).values()]
    .map((ofLine) => {
      const { lineId, nameVi, nameEn, agency } = ofLine[0] as Line;
      return { lineId, nameVi, nameEn, agency, ...sumOf(ofLine) };
    })
    .toSorted((one, other) => other.trips - one.trips || (one.lineId < other.lineId ? -1 : 1));

export interface DaySum {
  day: string;
  trips: number;
  paid: number;
}

/** Every day of the period in order, also those without a trip. */
export function sumByDay({ from, to, lines }: Pick<OperatorReport, 'from' | 'to' | 'lines'>): DaySum[] {
  const byDay = Map.groupBy(lines, ({ serviceDay }) => serviceDay);
  const days: DaySum[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400_000) {
    const name = new Date(day).toISOString().slice(0, 10);
    const { trips, paid } = sumOf(byDay.get(name) ?? []);
    days.push({ day: name, trips, paid });
  }
  return days;
}

export interface AgencySum {
  /** Null: what nobody has earned yet. */
  agency: string | null;
  trips: number;
  paid: number;
  shares: number;
  earned: number;
}

/** What each agency has earned by fares and by its shares of passes; in the end what nobody has. */
export function sumByAgency({ lines, passes }: Pick<OperatorReport, 'lines' | 'passes'>): AgencySum[] {
  const shares = new Map<string, number>();
  for (const { agency, amount } of passes.flatMap((pass) => pass.shares))
    shares.set(agency, (shares.get(agency) ?? 0) + amount);
  const byAgency = Map.groupBy(lines, ({ agency }) => agency);
  const agencies = [...new Set([...byAgency.keys(), ...shares.keys()])].toSorted((one, other) =>
    one.localeCompare(other),
  );
  const sums = agencies.map((agency): AgencySum => {
    const { trips, paid } = sumOf(byAgency.get(agency) ?? []);
    const share = shares.get(agency) ?? 0;
    return { agency, trips, paid, shares: share, earned: paid + share };
  });
  const unallocated = passes.reduce((sum, pass) => sum + pass.unallocated, 0);
  return unallocated === 0
    ? sums
    : [...sums, { agency: null, trips: 0, paid: 0, shares: unallocated, earned: unallocated }];
}
