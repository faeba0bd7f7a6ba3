/** The revenue of a period: fares as riders paid them, passes with the agencies' shares, and the ledger beside both. */
import { maxReportDays, type RevenueReport } from '@vedong/contracts';
import { apportionPass } from '@vedong/fares';
import { ServiceError } from '@vedong/runtime/problem';
import { addServiceDays, serviceDayAt, serviceDayStart, type ServiceCalendar } from '@vedong/travel';
import type { IssuerDb } from './db/database.ts';
import {
  askSum,
  listPaidLines,
  listPassesSold,
  listPassUses,
  queries,
  replacePassShares,
  type PassShare,
  type Period,
  type SoldPass,
} from './db/reports.ts';
import { listTerms } from './db/terms.ts';
import type { Issuer } from './issuer.ts';
import { findTermsOn, type TariffTerms } from './terms.ts';

/** Nobody's agency: what no trip has earned yet. */
export const unallocated = '';

/**
 * A pass belongs to the period it was bought in, and is shared out by all that was ridden on it until now. The shares
 * are kept, and made anew by every report. Throws `period_too_long`.
 */
export async function reportRevenue(
  { db, config: { calendar } }: Pick<Issuer, 'db' | 'config'>,
  days: { from: string; to: string },
): Promise<RevenueReport> {
  const period = readPeriod(days, calendar);
  return db.transaction().execute(async (trx) => {
    const sold = await listPassesSold(trx, period);
    const shares = await sharesOf(trx, sold, { period, calendar });
    await replacePassShares(trx, period, shares);
    return {
      ...days,
      lines: await listPaidLines(trx, period),
      passes: sumByProduct(sold, shares),
      reconciliation: [
        await reconcile(trx, period, { what: 'fares', reported: 'fares', ledger: 'faresInLedger' }),
        await reconcile(trx, period, { what: 'passes', reported: 'passes', ledger: 'passesInLedger' }),
        await reconcile(trx, period, { what: 'shares', reported: 'shares', ledger: 'passesInLedger' }),
      ],
    };
  });
}

function readPeriod({ from, to }: { from: string; to: string }, calendar: ServiceCalendar): Period {
  if (to < from || addServiceDays(from, maxReportDays) <= to) {
    throw new ServiceError(400, 'period_too_long', {
      detail: `Ask for 1 to ${maxReportDays} service days, the last not before the first.`,
    });
  }
  const startOf = (day: string) => new Date(serviceDayStart(day, calendar) * 1000);
  return { from, to, startsAt: startOf(from), endsAt: startOf(addServiceDays(to, 1)) };
}

async function sharesOf(
  db: IssuerDb,
  sold: readonly SoldPass[],
  { period, calendar }: { period: Period; calendar: ServiceCalendar },
): Promise<PassShare[]> {
  const terms = await listTerms(db);
  const uses = Map.groupBy(await listPassUses(db, period), ({ passId }) => passId);
  return sold.flatMap((pass) => sharePass(pass, uses.get(pass.passId) ?? [], { terms, calendar }));
}

type Uses = Awaited<ReturnType<typeof listPassUses>>;

/** By the weights of the tariff it was sold under. Where that has none for a mode, all of it is unallocated. */
function sharePass(
  { passId, product, boughtAt }: SoldPass,
  uses: Uses,
  { terms, calendar }: { terms: readonly TariffTerms[]; calendar: ServiceCalendar },
): PassShare[] {
  const { price, agencies } = product;
  const soldOn = serviceDayAt(boughtAt.getTime() / 1000, calendar);
  const weights = findTermsOn(terms, soldOn)?.apportionment ?? [];
  const hasWeights = uses.every((use) =>
    weights.some(({ mode, openingPrice }) => mode === use.mode && openingPrice.currency === price.currency),
  );
  const soleAgency = agencies?.length === 1 ? (agencies[0] ?? null) : null;
  const outcome = apportionPass({ price, soleAgency, uses: hasWeights ? uses : [], weights });
  return [
    ...outcome.shares.map(({ agency, share }) => ({ pass_id: passId, agency, amount: share.amount })),
    ...(outcome.unallocated.amount > 0
      ? [{ pass_id: passId, agency: unallocated, amount: outcome.unallocated.amount }]
      : []),
  ];
}

function sumByProduct(sold: readonly SoldPass[], shares: readonly PassShare[]): RevenueReport['passes'] {
  const sharesOfPass = Map.groupBy(shares, ({ pass_id }) => pass_id);
  const byProduct = [...Map.groupBy(sold, ({ product }) => product.productNo)];
  return byProduct
    .toSorted(([one], [other]) => one - other)
    .map(([productNo, passes]) => {
      const sums = new Map<string, number>();
      for (const { passId } of passes)
        for (const { agency, amount } of sharesOfPass.get(passId) ?? [])
          sums.set(agency, (sums.get(agency) ?? 0) + amount);
      const { nameVi = '', nameEn = '' } = passes.at(-1)?.product ?? {};
      return {
        productNo,
        nameVi,
        nameEn,
        sold: passes.length,
        revenue: passes.reduce((sum, { product }) => sum + product.price.amount, 0),
        shares: [...sums]
          .filter(([agency]) => agency !== unallocated)
          .map(([agency, amount]) => ({ agency, amount }))
          .toSorted((one, other) => (one.agency < other.agency ? -1 : 1)),
        unallocated: sums.get(unallocated) ?? 0,
      };
    });
}

async function reconcile(
  db: IssuerDb,
  period: Period,
  {
    what,
    reported,
    ledger,
  }: {
    what: RevenueReport['reconciliation'][number]['what'];
    reported: keyof typeof queries;
    ledger: keyof typeof queries;
  },
): Promise<RevenueReport['reconciliation'][number]> {
  return {
    what,
    reported: await askSum(db, reported, period),
    ledger: await askSum(db, ledger, period),
    reportedQuery: queries[reported],
    ledgerQuery: queries[ledger],
  };
}
