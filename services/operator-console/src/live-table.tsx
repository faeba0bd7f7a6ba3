/** A live list as a table, with all its states: loading, empty, trouble, more to load. */
import { useState } from 'preact/hooks';
import { say, type Words } from './language.ts';
import { messages } from './messages.ts';
import { Empty, Loading, Trouble } from './notices.tsx';
import { Table, type TableProps } from './table.tsx';
import type { UsedLiveList } from './use-live-list.ts';

export interface LiveTableProps<Row> extends Pick<TableProps<Row>, 'caption' | 'columns' | 'idOf'> {
  live: UsedLiveList<Row>;
  rowTestId: string;
  /** Said when there are no rows. */
  empty: Words;
}

export function LiveTable<Row>({ live, empty, ...table }: LiveTableProps<Row>) {
  const { list, trouble, loadMore } = live;
  return (
    <>
      {trouble && <Trouble code={trouble} />}
      {!list && !trouble && <Loading />}
      {list?.rows.length === 0 && <Empty words={empty} />}
      {list && list.rows.length > 0 && (
        <>
          <Table {...table} rows={list.rows} fresh={list.fresh} />
          {list.next === null ? (
            <p class="end">{say(messages.thatIsAll)}</p>
          ) : (
            <MoreButton onMore={loadMore} />
          )}
        </>
      )}
    </>
  );
}

function MoreButton({ onMore }: { onMore: () => Promise<void> }) {
  const [isBusy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    await onMore();
    setBusy(false);
  };
  return (
    <button type="button" class="more" disabled={isBusy} data-testid="load-more" onClick={() => void load()}>
      {say(isBusy ? messages.loading : messages.loadMore)}
    </button>
  );
}
