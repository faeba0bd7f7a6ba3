import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { priceByTrying } from '../tests/price-by-trying.ts';
import { cities, type City, filesOf, journeys } from '../tests/random-city.ts';
import { filesWith, ride, sampleFiles, tariffOf } from '../tests/sample-feed.ts';
import { compileTariff } from './compile-tariff.ts';
import { priceJourney } from './price-journey.ts';
import { readFeed } from './read-feed.ts';
import type { RowRef } from './tariff.ts';

const runs = { numRuns: 500 };
vi.setConfig({ testTimeout: 60_000 });

/** A price with the text of each row it names in place of the line. */
function withoutLines(price: object, files: ReadonlyMap<string, string>): unknown {
  const isRef = (value: object): value is RowRef => 'file' in value && 'line' in value;
  return JSON.parse(JSON.stringify(price), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && isRef(value)
      ? [value.file, files.get(value.file)?.split('\n')[value.line - 1]]
      : value,
  );
}

it('agrees with trying every combination of rules', () => {
  fc.assert(
    fc.property(cities, journeys, (city, journey) => {
      const total = priceJourney(tariffOf(filesOf(city)), journey).total?.amount ?? null;
      expect(total).toBe(priceByTrying(city, journey));
    }),
    runs,
  );
});

it('gives the same price and the same steps in whatever order rows stand', () => {
  fc.assert(
    fc.property(cities, journeys, fc.infiniteStream(fc.nat()), (city, journey, numbers) => {
      const files = filesOf(city);
      const shuffled = filesOf(city, (rows) =>
        rows
          .map((row) => ({ row, rank: numbers.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ row }) => row),
      );
      expect(withoutLines(priceJourney(tariffOf(shuffled), journey), shuffled)).toEqual(
        withoutLines(priceJourney(tariffOf(files), journey), files),
      );
    }),
    runs,
  );
});

it('is not changed by a leg rule for another network', () => {
  fc.assert(
    fc.property(cities, journeys, fc.nat(5), (city, journey, priority) => {
      const product = city.legRules[0]?.product ?? 'p1';
      const rule = { group: 'other', network: 'other', from: '', to: '', product, priority };
      const larger: City = { ...city, legRules: [...city.legRules, rule] };
      fc.pre(city.products.some((row) => row.product === product));
      const price = priceJourney(tariffOf(filesOf(city)), journey);
      const withMore = priceJourney(tariffOf(filesOf(larger)), journey);
      expect(withMore.total).toEqual(price.total);
      if (price.total !== null) expect(withMore).toEqual(price);
    }),
    runs,
  );
});

it('is the sum of its steps, and null as soon as one leg is unknown by itself', () => {
  fc.assert(
    fc.property(cities, journeys, (city, journey) => {
      const tariff = tariffOf(filesOf(city));
      const price = priceJourney(tariff, journey);
      const single = journey.legs.map((leg) => priceJourney(tariff, { ...journey, legs: [leg] }).total);
      expect(price.total === null).toBe(single.includes(null));
      if (price.total === null) return;
      const sum = price.steps.reduce((sum, step) => sum + step.amount, 0);
      expect(sum).toBe(price.total.amount);
    }),
    runs,
  );
});

it('gives each row that was not used a reason', () => {
  fc.assert(
    fc.property(cities, journeys, (city, journey) => {
      for (const { others } of priceJourney(tariffOf(filesOf(city)), journey).steps)
        for (const { row, mismatches } of others)
          expect({ row, mismatches }).not.toEqual({ row, mismatches: [] });
    }),
    runs,
  );
});

it('reads any text without throwing, and what it accepts can be priced', () => {
  const names = Object.keys(sampleFiles);
  const damage = fc.record({
    name: fc.constantFrom(...names),
    at: fc.nat(400),
    removed: fc.nat(6),
    added: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(',', '"', '\n', '\r', '\0', '-1'),
    ),
  });
  const legs = [ride('bus1', 0), ride('tram1', 20), ride('bus2', 40)];
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      const files = filesWith();
      for (const { name, at, removed, added } of damages) {
        const text = files.get(name) ?? '';
        const position = at % (text.length + 1);
        files.set(name, text.slice(0, position) + added + text.slice(position + removed));
      }
      const read = readFeed(files);
      if ('problems' in read) {
        expect(read.problems).not.toEqual([]);
        return;
      }
      const { total } = priceJourney(compileTariff(read.feed), {
        riderCategoryId: null,
        fareMediaId: null,
        legs,
      });
      expect(total === null || Number.isSafeInteger(total.amount)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
