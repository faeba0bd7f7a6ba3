import type { ValidatorStatus } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { gateHealth } from './gate-health.ts';

const lang = { placeId: 'lang', nameVi: 'Láng', nameEn: 'Lang', latitude: 21.02, longitude: 105.81 };
const gate = { kind: 'entry', mode: 'metro', lineId: '2A', lineScope: 2, lineName: '2A' } as const;
const status: ValidatorStatus = {
  validatorId: 'v-1',
  revokedAt: null,
  now: '2026-11-23T08:14:00+07:00',
  gates: [{ ...gate, gateId: '2A-01-in', place: lang }],
  guard: 'redis',
  trust: { version: 3, expiresAt: '2026-11-24T08:14:00+07:00' },
  changes: 'pushed',
  statusLists: [],
  journal: { lastSeq: 10, unsent: 0, lastDeliveredAt: null },
};

it.each([
  ['ready', {}],
  ['not_enrolled', { validatorId: null, gates: [] }],
  ['revoked', { revokedAt: '2026-11-23T08:00:00+07:00' }],
  ['gate_missing', { gates: [] }],
  ['no_trust', { trust: null }],
  ['journal_failing', { journal: { ...status.journal, state: 'failing' as const } }],
  [
    'closed',
    { conditions: [{ condition: 'clock_unsure' as const, actions: { standard: 'closed' as const } }] },
  ],
  [
    'ready',
    { conditions: [{ condition: 'clock_unsure' as const, actions: { handheld: 'closed' as const } }] },
  ],
  ['trust_expired', { trust: { version: 3, expiresAt: '2026-11-23T01:14:00Z' } }],
])('is %s', (kind, change) => {
  expect(gateHealth({ status: { ...status, ...change }, isAnswering: true }, '2A-01-in').kind).toBe(kind);
});

it('is unreachable when the newest call was not answered, whatever an older one said', () => {
  expect(gateHealth({ status, isAnswering: false }, '2A-01-in').kind).toBe('unreachable');
});

it('is connecting before the first answer', () => {
  expect(gateHealth({ status: null, isAnswering: null }, '2A-01-in').kind).toBe('connecting');
});
