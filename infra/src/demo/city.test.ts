import { operatorApi } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { readDemoCity } from './city.ts';

const { places, lines, gates } = readDemoCity();

it('is what the operator takes', () => {
  const network = operatorApi['PUT /v1/network'].body.parse({ places, lines });
  expect(network).toEqual({ places, lines });
  const validatorId = 'v-1';
  operatorApi['PUT /v1/gates'].body.parse({ gates: gates.map((gate) => ({ ...gate, validatorId })) });
});

it('refers only to its own lines and places, and names everything once', () => {
  const lineIds = lines.map(({ lineId }) => lineId);
  const placeIds = places.map(({ placeId }) => placeId);
  for (const { lineId, placeId } of gates) {
    expect(lineIds).toContain(lineId);
    expect(placeIds).toContain(placeId);
  }
  const scopes = lines.map(({ scope }) => scope);
  for (const ids of [lineIds, placeIds, gates.map(({ gateId }) => gateId), scopes])
    expect(new Set<string | number>(ids).size).toBe(ids.length);
});

it('has both metro lines whole, with a way in and out of every station, ten bus routes, and one to tap off', () => {
  const countOf = (lineId: string, kind: string) =>
    gates.filter((gate) => gate.lineId === lineId && gate.kind === kind).length;
  expect([countOf('2A', 'entry'), countOf('2A', 'exit')]).toEqual([12, 12]);
  expect([countOf('3.1', 'entry'), countOf('3.1', 'exit')]).toEqual([8, 8]);
  expect(gates.filter(({ kind, lineId }) => kind === 'board' && lineId !== 'E01')).toHaveLength(10);
  expect([countOf('E01', 'board'), countOf('E01', 'alight')]).toEqual([10, 10]);
  for (const { lineId } of gates.filter(({ kind }) => kind === 'alight'))
    expect(lines.find((line) => line.lineId === lineId)?.tapPolicy).toBe('tap_on_off');
});
