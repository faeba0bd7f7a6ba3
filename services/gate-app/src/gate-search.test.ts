import { expect, it } from 'vitest';
import { searchGates } from './gate-search.ts';

const gate = (gateId: string, lineName: string, nameVi: string, nameEn: string) => ({
  gateId,
  lineName,
  kind: 'entry' as const,
  mode: 'metro' as const,
  lineId: '2A',
  lineScope: 0,
  place: { placeId: gateId, nameVi, nameEn, latitude: 21, longitude: 105 },
});
const gates = [
  gate('2A-01-in', '2A', 'Cát Linh', 'Cat Linh'),
  gate('2A-04-in', '2A', 'Vành đai 3', 'Ring Road 3'),
  gate('bus-32-01', '32', 'Giáp Bát', 'Giap Bat'),
];
const find = (typed: string) => searchGates(gates, typed).map(({ gateId }) => gateId);

it('finds by id, line and place, in either language, without accents too', () => {
  expect(find('bus')).toEqual(['bus-32-01']);
  expect(find('vanh dai')).toEqual(['2A-04-in']);
  expect(find('VÀNH ĐAI')).toEqual(['2A-04-in']);
  expect(find('ring')).toEqual(['2A-04-in']);
  expect(find('2a linh')).toEqual(['2A-01-in']);
});

it('lists all when nothing is typed, none when nothing fits', () => {
  expect(find('  ')).toHaveLength(3);
  expect(find('xyz')).toEqual([]);
});
