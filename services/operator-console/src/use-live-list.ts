/** A live list in a component: follows the first page, adds older pages when asked. */
import { useEffect, useState } from 'preact/hooks';
import { follow, updatedAt } from './follow.ts';
import { type IdOf, type LiveList, type Page, withNewest, withOlder } from './live-list.ts';
import { codeOf } from './session.ts';

export interface UsedLiveList<Row> {
  /** Null until the first page has come. */
  list: LiveList<Row> | null;
  /** Code of what went wrong at the last try. */
  trouble: string | null;
  loadMore: () => Promise<void>;
}

/** Give the component a `key` to begin anew, as with other filters. */
export function useLiveList<Row>(
  load: (after?: string) => Promise<Page<Row>>,
  idOf: IdOf<Row>,
): UsedLiveList<Row> {
  const [list, setList] = useState<LiveList<Row> | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);

  const take = async (
    after: string | undefined,
    join: (list: LiveList<Row> | null, page: Page<Row>) => LiveList<Row> | null,
  ): Promise<void> => {
    try {
      const page = await load(after);
      setList((before) => join(before, page));
      setTrouble(null);
      updatedAt.value = Date.now();
    } catch (error) {
      setTrouble(codeOf(error));
    }
  };
  useEffect(() => follow(() => take(undefined, (before, page) => withNewest(before, page, idOf))), []);

  const loadMore = async (): Promise<void> => {
    const cursor = list?.next;
    if (!cursor) return;
    // A poll may have started the list anew meanwhile: then this page no longer follows it.
    await take(cursor, (before, page) => (before?.next === cursor ? withOlder(before, page, idOf) : before));
  };
  return { list, trouble, loadMore };
}
