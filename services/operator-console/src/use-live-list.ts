/** A live list in a component: follows the first page, adds older pages when asked. */
import { useEffect, useRef, useState } from 'preact/hooks';
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

export interface LiveListSource<Row> {
  load: (after?: string) => Promise<Page<Row>>;
  idOf: IdOf<Row>;
  /** Begins anew when it changes, as with other filters. */
  key: string;
}

export function useLiveList<Row>({ load, idOf, key }: LiveListSource<Row>): UsedLiveList<Row> {
  const [shown, setShown] = useState<LiveList<Row> | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  /** The filters now: an answer to earlier ones is thrown away. */
  const newestKey = useRef(key);

  const take = async (
    coming: Promise<Page<Row>>,
    change: (list: LiveList<Row> | null, page: Page<Row>) => LiveList<Row> | null,
  ) => {
    try {
      const page = await coming;
      if (newestKey.current !== key) return;
      setShown((list) => change(list, page));
      setTrouble(null);
      updatedAt.value = Date.now();
    } catch (error) {
      if (newestKey.current === key) setTrouble(codeOf(error));
    }
  };

  useEffect(() => {
    newestKey.current = key;
    setShown(null);
    setTrouble(null);
    return follow(() => take(load(), (list, page) => withNewest(list, page, idOf)));
  }, [key]);

  const loadMore = async () => {
    const cursor = shown?.next;
    if (!cursor) return;
    // A poll may have started the list anew meanwhile: then this page no longer follows it.
    await take(load(cursor), (list, page) => (list?.next === cursor ? withOlder(list, page, idOf) : list));
  };
  return { list: shown, trouble, loadMore };
}
