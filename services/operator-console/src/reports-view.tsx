/** Reports of a period: ridership and revenue as charts and tables, shares of passes, reconciliation, CSV. */
import type { OperatorReport } from '@vedong/contracts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { address, go } from './address.ts';
import { cityTimeZone } from './city-time.ts';
import { DayChart } from './day-chart.tsx';
import { fareWords } from './fare-words.ts';
import { language, say, sayName } from './language.ts';
import { Empty, Loading, Trouble } from './notices.tsx';
import { linesAsCsv, sharesAsCsv } from './report-csv.ts';
import { type AgencySum, sumByAgency, sumByDay, sumByLine, sumOf } from './report-sums.ts';
import { reconciledWords, reportMessages as messages } from './report-words.ts';
import { call, codeOf } from './session.ts';
import { type Column, Table } from './table.tsx';
import './reports.css';

export function ReportsView() {
  const { from, to } = periodOf(address.value.filters);
  const [report, setReport] = useState<OperatorReport | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setTrouble(null);
    call('GET /v1/reports', { query: { from, to } }).then(
      (answer) => isCurrent && setReport(answer),
      (error: unknown) => isCurrent && (setReport(null), setTrouble(codeOf(error))),
    );
    return () => {
      isCurrent = false;
    };
  }, [from, to]);
  return (
    <div class="report">
      <PeriodForm key={`${from} ${to}`} from={from} to={to} />
      {trouble && <Trouble code={trouble} />}
      {!report && !trouble && <Loading />}
      {report && <Report report={report} />}
    </div>
  );
}

/** The last seven service days unless the address says others. */
function periodOf(filters: Record<string, string>): { from: string; to: string } {
  const dayOf = (milliseconds: number) =>
    new Date(milliseconds).toLocaleDateString('sv-SE', { timeZone: cityTimeZone });
  const to = filters['to'] ?? dayOf(Date.now() - 3 * 3_600_000);
  const from = filters['from'] ?? new Date(Date.parse(to) - 6 * 86_400_000).toISOString().slice(0, 10);
  return { from, to };
}

function PeriodForm(period: { from: string; to: string }) {
  const [from, setFrom] = useState(period.from);
  const [to, setTo] = useState(period.to);
  const show = (event: SubmitEvent): void => {
    event.preventDefault();
    go({ filters: { from, to } });
  };
  return (
    <form class="period" onSubmit={show}>
      <label>
        {say(messages.from)}
        <input
          required
          type="date"
          max={to}
          value={from}
          data-testid="report-from"
          onInput={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        {say(messages.to)}
        <input
          required
          type="date"
          min={from}
          value={to}
          data-testid="report-to"
          onInput={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <button type="submit" data-testid="show-report">
        {say(messages.show)}
      </button>
      <span class="soft">{say(messages.periodHint)}</span>
    </form>
  );
}

const dong = (amount: number): string => say(fareWords({ amount, currency: 'VND' }));
const count = (number: number): string =>
  new Intl.NumberFormat(language.value === 'vi' ? 'vi-VN' : 'en-GB').format(number);

function Report({ report }: { report: OperatorReport }) {
  const days = useMemo(() => sumByDay(report), [report]);
  const trips = useMemo(() => days.map(({ day, trips }) => ({ day, value: trips })), [days]);
  const paid = useMemo(() => days.map(({ day, paid }) => ({ day, value: paid })), [days]);
  return (
    <>
      {report.lines.length === 0 ? (
        <Empty words={messages.none} />
      ) : (
        <>
          <div class="charts">
            <DayChart name={say(messages.tripsByDay)} values={trips} />
            <DayChart name={say(messages.paidByDay)} values={paid} />
          </div>
          <h2>{say(messages.byLine)}</h2>
          <LineTable report={report} />
        </>
      )}
      <h2>{say(messages.byAgency)}</h2>
      <Table
        caption={messages.byAgency}
        columns={agencyColumns}
        rows={sumByAgency(report)}
        idOf={({ agency }) => agency ?? ''}
        rowTestId="agency-row"
      />
      <h2>{say(messages.passes)}</h2>
      {report.passes.length === 0 ? (
        <Empty words={messages.noPasses} />
      ) : (
        <Table
          caption={messages.passes}
          columns={passColumns}
          rows={report.passes}
          idOf={({ productNo }) => String(productNo)}
          rowTestId="pass-row"
        />
      )}
      <h2>{say(messages.reconciliation)}</h2>
      <p class="soft">{say(messages.reconciliationHint)}</p>
      <Table
        caption={messages.reconciliation}
        columns={reconciliationColumns}
        rows={report.reconciliation}
        idOf={({ what }) => what}
        rowTestId="reconciliation-row"
      />
      <h2>CSV</h2>
      <Downloads report={report} />
    </>
  );
}

type LineRow = ReturnType<typeof sumByLine>[number];

function LineTable({ report: { lines } }: { report: OperatorReport }) {
  const total = { lineId: '', nameVi: messages.total.vi, nameEn: messages.total.en, agency: '' };
  const rows = [...sumByLine(lines), { ...total, ...sumOf(lines) }];
  return (
    <Table
      caption={messages.byLine}
      columns={lineColumns}
      rows={rows}
      idOf={({ lineId }) => lineId}
      rowTestId="line-row"
    />
  );
}

const lineColumns: Column<LineRow>[] = [
  { name: messages.line, cell: (row) => <strong>{sayName(row)}</strong> },
  { name: messages.agency, cell: ({ agency }) => agency },
  { name: messages.trips, cell: ({ trips }) => count(trips), isNumber: true },
  { name: messages.unpriced, cell: ({ unpriced }) => count(unpriced), isNumber: true },
  { name: messages.asked, cell: ({ asked }) => dong(asked), isNumber: true },
  { name: messages.coveredByPasses, cell: (row) => dong(row.coveredByPasses), isNumber: true },
  { name: messages.beyondCaps, cell: ({ beyondCaps }) => dong(beyondCaps), isNumber: true },
  { name: messages.freeCategories, cell: (row) => dong(row.freeCategories), isNumber: true },
  { name: messages.paid, cell: ({ paid }) => dong(paid), isNumber: true },
];

const agencyColumns: Column<AgencySum>[] = [
  { name: messages.agency, cell: ({ agency }) => agency ?? say(messages.unallocated) },
  { name: messages.trips, cell: ({ trips }) => count(trips), isNumber: true },
  { name: messages.paid, cell: ({ paid }) => dong(paid), isNumber: true },
  { name: messages.passShares, cell: ({ shares }) => dong(shares), isNumber: true },
  { name: messages.earned, cell: ({ earned }) => <strong>{dong(earned)}</strong>, isNumber: true },
];

const passColumns: Column<OperatorReport['passes'][number]>[] = [
  { name: messages.pass, cell: (pass) => <strong>{sayName(pass)}</strong> },
  { name: messages.sold, cell: ({ sold }) => count(sold), isNumber: true },
  { name: messages.revenue, cell: ({ revenue }) => dong(revenue), isNumber: true },
  {
    name: messages.shares,
    cell: ({ shares }) =>
      shares.map(({ agency, amount }) => (
        <div key={agency}>
          {agency}: {dong(amount)}
        </div>
      )),
    isNumber: true,
  },
  { name: messages.unallocated, cell: ({ unallocated }) => dong(unallocated), isNumber: true },
];

const reconciliationColumns: Column<OperatorReport['reconciliation'][number]>[] = [
  {
    name: messages.what,
    cell: ({ what, reportedQuery, ledgerQuery }) => (
      <>
        <strong>{say(reconciledWords[what])}</strong>
        <details>
          <summary>{say(messages.queries)}</summary>
          <pre>{`${reportedQuery};\n\n${ledgerQuery};`}</pre>
        </details>
      </>
    ),
  },
  { name: messages.reported, cell: ({ reported }) => dong(reported), isNumber: true },
  { name: messages.ledger, cell: ({ ledger }) => dong(ledger), isNumber: true },
  {
    name: messages.agrees,
    cell: ({ reported, ledger }) =>
      reported === ledger ? (
        <span class="badge good">✓ {say(messages.agrees)}</span>
      ) : (
        <span class="badge bad">
          ✗ {say(messages.differs)}: {dong(reported - ledger)}
        </span>
      ),
  },
];

function Downloads({ report }: { report: OperatorReport }) {
  const { from, to } = report;
  return (
    <div class="downloads">
      <button
        type="button"
        data-testid="download-lines"
        onClick={() => download(`vedong-lines-${from}-${to}.csv`, linesAsCsv(report))}
      >
        {say(messages.downloadLines)}
      </button>
      <button
        type="button"
        data-testid="download-shares"
        onClick={() => download(`vedong-shares-${from}-${to}.csv`, sharesAsCsv(report))}
      >
        {say(messages.downloadShares)}
      </button>
    </div>
  );
}

function download(name: string, csv: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
