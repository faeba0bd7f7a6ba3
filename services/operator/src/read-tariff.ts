/** From the texts of a tariff's files to what prices trips, or to the list of all that is wrong with them. Pure. */
import type { TariffProblem } from '@vedong/contracts';
import {
  compileTariff,
  fareExtensionFileName,
  type FareExtension,
  type FeedNote,
  readFareExtension,
  readFeed,
  type Tariff,
} from '@vedong/fares';
import type { TariffTexts } from './read-tariff-files.ts';

export interface ReadTariff {
  tariff: Tariff;
  terms: FareExtension;
  notes: readonly FeedNote[];
}

/** Of a feed that has no `vedong_fares.json`. */
const noTerms: FareExtension = {
  version: 1,
  passes: [],
  caps: [],
  incompleteFares: [],
  freeDays: [],
  riderCategories: [],
  freeConcessions: [],
  fareDistances: [],
  apportionment: [],
};

export function readTariff(texts: TariffTexts): ReadTariff | { problems: readonly TariffProblem[] } {
  const read = readFeed(texts);
  const feed = 'feed' in read ? read.feed : undefined;
  const termsText = texts.get(fareExtensionFileName);
  const terms = termsText === undefined ? { extension: noTerms } : readFareExtension(termsText, feed);
  if ('problems' in read || 'problems' in terms) {
    return {
      problems: [
        ...('problems' in read ? read.problems : []),
        ...('problems' in terms ? terms.problems : []),
      ],
    };
  }
  return { tariff: compileTariff(read.feed), terms: terms.extension, notes: read.notes };
}
