/** What waits for staff of riders' money: refunds, payments without a top-up, applications for concessions. */
import type { StaffApplication, StaffRefund, UnmatchedPayment } from '@vedong/contracts';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { DecisionForm } from './decision-form.tsx';
import { fareWords } from './fare-words.ts';
import { useFollowed } from './follow.ts';
import { Instant } from './instant.tsx';
import { say, type Words } from './language.ts';
import { Empty, Loading, Trouble } from './notices.tsx';
import { categories, moneyMessages as messages, refundOf, whyUnmatched } from './rider-money-words.ts';
import { call, codeOf } from './session.ts';
import { type Column, Table } from './table.tsx';

export function RiderMoneyView() {
  return (
    <>
      <Refunds />
      <Payments />
      <Concessions />
    </>
  );
}

interface QueueProps<Row> {
  title: Words;
  empty: Words;
  columns: Column<Row>[];
  idOf: (row: Row) => string;
  rowTestId: string;
  load: () => Promise<Row[]>;
}

/** Follows a queue; what was decided leaves it with the next look. */
function Queue<Row>({ title, empty, load, ...table }: QueueProps<Row>) {
  const { value, trouble } = useFollowed(load);
  return (
    <section>
      <h2>{say(title)}</h2>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      {value?.length === 0 && <Empty words={empty} />}
      {value && value.length > 0 && <Table caption={title} rows={value} {...table} />}
    </section>
  );
}

const approveOrRefuse = [
  { name: 'approve', words: messages.approve, isMain: true },
  { name: 'refuse', words: messages.refuse },
] as const;

const Refunds = () => (
  <Queue
    title={messages.refunds}
    empty={messages.noRefunds}
    columns={refundColumns}
    idOf={({ refundId }) => refundId}
    rowTestId="refund-row"
    load={async () => (await call('GET /v1/refunds', { query: {} })).refunds}
  />
);

const refundColumns: Column<StaffRefund>[] = [
  { name: messages.askedAt, cell: ({ askedAt }) => <Instant at={askedAt} /> },
  { name: messages.amount, isNumber: true, cell: ({ amount }) => say(fareWords(amount)) },
  {
    name: messages.what,
    cell: ({ of, subject }) => (
      <>
        {say(refundOf[of])} <code>{subject}</code>
      </>
    ),
  },
  {
    name: messages.approvals,
    cell: ({ decisions, approvalsNeeded }) => (
      <>
        {decisions.map(({ by }) => by).join(', ') || say(messages.noApproval)}{' '}
        <small>
          ({approvalsNeeded} {say(messages.needed)})
        </small>
      </>
    ),
  },
  {
    name: messages.decide,
    cell: ({ refundId }) => (
      <DecisionForm
        answers={approveOrRefuse}
        decide={(answer, { reason = '' }) =>
          call('POST /v1/refunds/{refundId}/decision', {
            params: { refundId },
            body: { decision: answer as 'approve', reason },
          })
        }
      />
    ),
  },
];

const Payments = () => (
  <Queue
    title={messages.payments}
    empty={messages.noPayments}
    columns={paymentColumns}
    idOf={({ provider, transactionId }) => `${provider} ${transactionId}`}
    rowTestId="payment-row"
    load={async () => (await call('GET /v1/unmatched-payments', { query: {} })).payments}
  />
);

const paymentColumns: Column<UnmatchedPayment>[] = [
  { name: messages.paidAt, cell: ({ paidAt }) => <Instant at={paidAt} /> },
  { name: messages.amount, isNumber: true, cell: ({ amount }) => say(fareWords(amount)) },
  { name: messages.reference, cell: ({ reference }) => <code>{reference}</code> },
  { name: messages.why, cell: ({ why }) => say(whyUnmatched[why]) },
  {
    name: messages.decide,
    cell: ({ provider, transactionId }) => (
      <DecisionForm
        answers={[
          { name: 'assign', words: messages.assign, isMain: true },
          { name: 'send-back', words: messages.sendBack },
        ]}
        decide={(answer, { reason = '', topUpReference = '' }) =>
          call('POST /v1/unmatched-payments/decision', {
            body: {
              provider,
              transactionId,
              topUpReference: answer === 'assign' ? topUpReference : null,
              reason,
            },
          })
        }
      >
        <label>
          {say(messages.topUpReference)}
          <input name="topUpReference" maxLength={14} autocomplete="off" spellcheck={false} />
        </label>
      </DecisionForm>
    ),
  },
];

const Concessions = () => (
  <Queue
    title={messages.concessions}
    empty={messages.noConcessions}
    columns={concessionColumns}
    idOf={({ applicationId }) => applicationId}
    rowTestId="application-row"
    load={async () => (await call('GET /v1/concession-applications', { query: {} })).applications}
  />
);

const concessionColumns: Column<StaffApplication>[] = [
  { name: messages.askedAt, cell: ({ askedAt }) => <Instant at={askedAt} /> },
  { name: messages.category, cell: ({ category }) => say(categories[category]) },
  { name: messages.look, cell: ({ applicationId }) => <Document applicationId={applicationId} /> },
  {
    name: messages.decide,
    cell: ({ applicationId }) => (
      <DecisionForm
        answers={approveOrRefuse}
        decide={(answer, { reason = '', until = '' }) =>
          call('POST /v1/concession-applications/{applicationId}/decision', {
            params: { applicationId },
            body: { decision: answer as 'approve', reason, until: until === '' ? null : until },
          })
        }
      >
        <label>
          {say(messages.until)}
          <input name="until" type="date" data-testid="until" />
        </label>
      </DecisionForm>
    ),
  },
];

/** Shown on demand only: each look at a person's document is recorded. */
function Document({ applicationId }: { applicationId: string }) {
  const [shown, setShown] = useState<ComponentChildren>(null);
  const look = async () => {
    try {
      const { jpegBase64 } = await call('POST /v1/concession-applications/{applicationId}/picture', {
        params: { applicationId },
        body: { reason: say(messages.lookReason) },
      });
      const alt = say(messages.pictureOf);
      setShown(<img class="document" src={`data:image/jpeg;base64,${jpegBase64}`} alt={alt} />);
    } catch (error) {
      setShown(<Trouble code={codeOf(error)} />);
    }
  };
  return (
    <>
      {shown ?? (
        <button type="button" data-testid="look" title={say(messages.lookWhy)} onClick={() => void look()}>
          {say(messages.look)}
        </button>
      )}
    </>
  );
}
