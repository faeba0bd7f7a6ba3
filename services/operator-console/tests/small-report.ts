/** A report of three lines over any days, in which the shares of passes do not agree with the ledger. */
import type { OperatorReport } from '@vedong/contracts';

const lines = [
  { lineId: '2A', nameVi: 'Tuyến 2A', nameEn: 'Line 2A', mode: 'metro' as const, agency: 'Hanoi Metro' },
  { lineId: '3.1', nameVi: 'Tuyến 3.1', nameEn: 'Line 3.1', mode: 'metro' as const, agency: 'Hanoi Metro' },
  { lineId: '32', nameVi: 'Buýt 32', nameEn: 'Bus 32', mode: 'bus' as const, agency: '=Transerco' },
];

export function reportOf({ from, to }: { from: string; to: string }): OperatorReport {
  const days: string[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400_000)
    days.push(new Date(day).toISOString().slice(0, 10));
  return {
    from,
    to,
    lines: days.flatMap((serviceDay, at) =>
      lines.map((line, index) => ({
        ...line,
        serviceDay,
        trips: 900 + 137 * ((at * 3 + index * 2) % 5),
        unpriced: index,
        asked: 9_000_000,
        coveredByPasses: 1_000_000,
        beyondCaps: 500_000,
        freeCategories: 0,
        paid: 7_500_000 + 310_000 * ((at * 2 + index) % 4),
      })),
    ),
    passes: [
      {
        productNo: 7,
        nameVi: 'Vé tháng đa phương thức',
        nameEn: 'Bus and metro monthly pass',
        sold: 2,
        revenue: 1_000_000,
        shares: [
          { agency: '=Transerco', amount: 195_445 },
          { agency: 'Hanoi Metro', amount: 304_555 },
        ],
        unallocated: 500_000,
      },
    ],
    reconciliation: [
      {
        what: 'fares',
        reported: 63_000_000,
        ledger: 63_000_000,
        reportedQuery: 'select sum(settled_amount) from trips where service_day between $1 and $2',
        ledgerQuery: 'select sum(amount) from entries',
      },
      {
        what: 'shares',
        reported: 999_999,
        ledger: 1_000_000,
        reportedQuery: 'select sum(amount) from pass_shares',
        ledgerQuery: 'select sum(amount) from entries join accounts using (account_id)',
      },
    ],
  };
}
