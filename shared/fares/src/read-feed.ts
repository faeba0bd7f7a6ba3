/** From the texts of GTFS files to a feed whose fares can be computed, or to the list of all that is wrong with it. */
import { checkFeed } from './check-feed.ts';
import type { FeedNote, FeedProblem } from './feed-problem.ts';
import { type Feed, gtfsTables } from './gtfs-tables.ts';
import { readTable } from './table.ts';

export type ReadFeed =
  | { readonly feed: Feed; readonly notes: readonly FeedNote[] }
  | { readonly problems: readonly FeedProblem[]; readonly notes: readonly FeedNote[] };

/**
 * Reads the files that decide fares; `files` maps names such as `fare_products.txt` to their text, and files of other
 * names are ignored. There is a feed only when nothing is wrong: every problem is reported, none is repaired.
 */
export function readFeed(files: ReadonlyMap<string, string>): ReadFeed {
  const report = { problems: [] as FeedProblem[], notes: [] as FeedNote[] };
  const tables = Object.entries(gtfsTables).map(([name, form]) => [
    name,
    readTable<typeof form.columns>(form as never, files.get(form.file), report),
  ]);
  const feed = Object.fromEntries(tables) as Feed;
  const checked = checkFeed(feed);
  const notes = [...report.notes, ...checked.notes];
  const problems = [...report.problems, ...checked.problems];
  return problems.length === 0 ? { feed, notes } : { problems, notes };
}
