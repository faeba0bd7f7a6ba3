import { hanoiCalendar, serviceDayAt } from '@vedong/travel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTapJudge, readRecord, rememberDays, type KeyedTap } from './judge-record.ts';

const nowMilliseconds = Date.parse('2026-11-23T08:00:00+07:00');
const dayAt = rememberDays(hanoiCalendar);
const judge = createTapJudge({
  validatorId: 'v-1',
  validatorByGate: new Map([
    ['mine', 'v-1'],
    ['theirs', 'v-2'],
  ]),
  nowMilliseconds,
  calendar: hanoiCalendar,
});
const refusal = {
  tapId: '0193574e-1111-7000-8000-000000000001',
  gateId: 'mine',
  at: '2026-11-23T07:59:00.000+07:00',
  outcome: 'rejected',
  reason: 'malformed',
  guard: 'none',
  marks: [],
};
const ticket = {
  profile: 'S',
  issuer: 1,
  keyNo: 1,
  cardRef: '00112233aabbccdd',
  serviceDay: '2026-11-22',
  slot: 1,
  concession: 0,
  product: 0,
  scope: 0,
};
const read = (change: object) => readRecord(JSON.stringify({ ...refusal, ...change }), dayAt) as KeyedTap;

it('keys a tap by the day and card of its ticket, else by its own day and no card', () => {
  expect(read({ ticket })).toMatchObject({ serviceDay: '2026-11-22', cardRef: '00112233aabbccdd' });
  expect(read({ at: '2026-11-23T02:59:00+07:00' })).toMatchObject({ serviceDay: '2026-11-22', cardRef: '' });
});

it.each([
  ['its own gate', {}, null],
  ['a gate nobody knows', { gateId: 'elsewhere' }, 'unknown_gate'],
  ['the gate of another validator', { gateId: 'theirs' }, 'gate_of_another_validator'],
  ['a time long ago', { at: '2026-09-20T08:00:00+07:00' }, 'time_out_of_range'],
  ['a time to come', { at: '2026-11-24T08:00:01+07:00' }, 'time_out_of_range'],
  ['a gate clock a little ahead', { at: '2026-11-23T09:00:00+07:00' }, null],
  ['a ticket of last year', { ticket: { ...ticket, serviceDay: '2025-11-23' } }, 'service_day_out_of_range'],
  ['a ticket of next month', { ticket: { ...ticket, serviceDay: '2026-12-23' } }, 'service_day_out_of_range'],
])('judges a tap with %s', (_what, change, code) => {
  expect(judge(read(change))).toBe(code);
});

it('finds no tap in what is not JSON or not a tap', () => {
  expect(readRecord('{"tapId":', dayAt)).toBe('not_json');
  expect(readRecord('null', dayAt)).toBe('not_a_tap');
  expect(readRecord(JSON.stringify({ ...refusal, at: '1969-12-31T23:59:59Z' }), dayAt)).toBe('not_a_tap');
  expect(readRecord(JSON.stringify({ ...refusal, ticket: { ...ticket, slot: '1' } }), dayAt)).toBe(
    'not_a_tap',
  );
  fc.assert(fc.property(fc.string(), (text) => typeof readRecord(text, dayAt) === 'string'));
  fc.assert(fc.property(fc.json(), (text) => readRecord(text, dayAt) === 'not_a_tap'));
});

it('remembers days rightly in every zone', () => {
  const calendars = fc.record({
    timeZone: fc.constantFrom(
      'Asia/Ho_Chi_Minh',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/New_York',
    ),
    startHour: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(calendars, fc.integer({ min: 1e9, max: 2e9 }), (calendar, seconds) => {
      const dayOf = rememberDays(calendar);
      dayOf(Math.floor(seconds / 900) * 900_000);
      expect(dayOf(seconds * 1000)).toBe(serviceDayAt(seconds, calendar));
    }),
  );
});
