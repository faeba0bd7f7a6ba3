import { expect, it } from 'vitest';
import { readAddress, writeAddress } from './address.ts';

it('gives back what it wrote', () => {
  const address = { view: 'taps', filters: { reason: 'stale', gateId: '2A-01-in' }, tripId: null } as const;
  expect(readAddress(writeAddress(address))).toEqual(address);
  const opened = { view: 'trips', filters: { state: 'open' }, tripId: '0193574e' } as const;
  expect(readAddress(writeAddress(opened))).toEqual(opened);
  const incident = {
    view: 'incidents',
    filters: { state: 'open' },
    tripId: null,
    incidentId: '0193',
  } as const;
  expect(readAddress(writeAddress(incident))).toEqual(incident);
});

it('leaves empty filters out', () => {
  expect(writeAddress({ view: 'trips', filters: { state: '', lineId: '2A' }, tripId: null })).toBe(
    '#/trips?lineId=2A',
  );
});

it.each(['', '#', '#/nothing', '#trips?'])('reads %j as the first screen', (hash) => {
  expect(readAddress(hash)).toEqual({ view: 'trips', filters: {}, tripId: null });
});
