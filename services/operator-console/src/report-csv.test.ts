import { expect, it } from 'vitest';
import { linesAsCsv, sharesAsCsv } from './report-csv.ts';

const pass = { productNo: 7, nameVi: 'Vé tháng', nameEn: 'Month, all lines', sold: 2, revenue: 400_000 };

it('writes a row for each agency and one for what nobody has earned', () => {
  const csv = sharesAsCsv({
    passes: [{ ...pass, shares: [{ agency: 'Hanoi Metro', amount: 300_000 }], unallocated: 100_000 }],
  });
  expect(csv.split('\r\n')).toEqual([
    '\uFEFFproductNo,nameVi,nameEn,sold,revenue,agency,amount',
    '7,Vé tháng,"Month, all lines",2,400000,Hanoi Metro,300000',
    '7,Vé tháng,"Month, all lines",2,400000,,100000',
    '',
  ]);
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('lets no spreadsheet run %j', (agency) => {
  const line = {
    serviceDay: '2026-11-23',
    lineId: '32',
    nameVi: 'Buýt',
    nameEn: 'Bus',
    mode: 'bus' as const,
  };
  const numbers = {
    trips: 1,
    unpriced: 0,
    asked: 1,
    coveredByPasses: 0,
    beyondCaps: 0,
    freeCategories: 0,
    paid: 1,
  };
  const csv = linesAsCsv({ lines: [{ ...line, agency, ...numbers }] });
  expect(csv).toContain(`'${agency}`);
});
