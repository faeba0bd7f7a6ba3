import type { Finding, IncidentTap } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { layOutEvidence, picture } from './evidence-layout.ts';

const tap = (tapId: string, place: string, second: number) =>
  ({
    tapId,
    nameVi: place,
    nameEn: place,
    at: new Date(Date.UTC(2026, 10, 23, 1, 0, second)).toISOString(),
  }) as IncidentTap;
const between = (...tapIds: string[]) => ({ tapIds }) as Finding;

it('gives each place a row, time a direction, and each finding a line', () => {
  const { places, dots, lines, height } = layOutEvidence(
    [tap('a', 'Láng', 0), tap('b', 'Cát Linh', 5), tap('c', 'Láng', 10)],
    [between('a', 'b'), between('a', 'c'), between('a', 'elsewhere'), between('a')],
  );
  expect(places.map(({ nameVi }) => nameVi)).toEqual(['Láng', 'Cát Linh']);
  expect(dots.map(({ tap: { tapId }, x }) => [tapId, x])).toEqual([
    ['a', picture.left],
    ['c', picture.width - picture.right],
    ['b', picture.width / 2],
  ]);
  expect(lines.map(({ from, to }) => [from.tap.tapId, to.tap.tapId])).toEqual([
    ['a', 'b'],
    ['a', 'c'],
  ]);
  expect(dots.every(({ y }) => y < height)).toBe(true);
});

it('draws so many places and counts the others', () => {
  const taps = Array.from({ length: 14 }, (_, n) => tap(String(n), `p${n}`, n));
  const { places, placesLeftOff } = layOutEvidence(taps, []);
  expect([places.length, placesLeftOff]).toEqual([picture.mostRows, 4]);
});

it('puts taps of one moment in the middle', () => {
  expect(layOutEvidence([tap('a', 'Láng', 0)], []).dots[0]?.x).toBe(picture.width / 2);
});
