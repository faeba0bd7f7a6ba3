/**
 * Writes vectors/cases.json: `node shared/ticket/commands/make-vectors.ts`.
 * ES256 signatures are random, so each run writes other proofs of the same cases.
 */
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { buildStatusList, type KeyStatus, type TicketReason, type TrustKey } from '@vedong/ticket';
import { replaySequences } from './replay-sequences.ts';
import {
  device,
  deviceKey,
  flip,
  issuerKey,
  now,
  p256Order,
  phoneKey,
  single,
  slot,
  tampered,
  withS,
  withSPlusOrder,
  type Made,
} from './vector-tickets.ts';

const serviceDay = '2027-01-15';
const challenge = '00ff10ef20df30cf';

interface Gate {
  now?: number;
  challenge?: string;
  serviceDayOf?: null;
}

type Row = [id: string, note: string, made: Made, reason: TicketReason | null, gate?: Gate];

async function textRows(): Promise<Row[]> {
  const s = await single();
  const d = await device();
  const text = (change: (text: string) => string, made = s): Made => ({ ...made, text: change(made.text) });
  return [
    ['s-valid', 'a plain S ticket', s, null],
    ['d-valid', 'a plain D ticket', d, null],
    ['text-cr', 'one trailing CR', text((t) => `${t}\r`), null],
    ['text-lf', 'one trailing LF', text((t) => `${t}\n`), null],
    ['text-crlf', 'one trailing CRLF', text((t) => `${t}\r\n`, d), null],
    ['text-lfcr', 'LF CR: only the CR is a line end', text((t) => `${t}\n\r`), 'malformed'],
    ['text-two-lf', 'two line ends', text((t) => `${t}\n\n`), 'malformed'],
    ['text-empty', 'nothing', text(() => ''), 'malformed'],
    ['text-only-line-end', 'a line end alone', text(() => '\r\n'), 'malformed'],
    ['text-prefix', 'another prefix', text((t) => t.replace('VD1:', 'VD2:')), 'malformed'],
    ['text-lower-case', 'lower case', text((t) => t.toLowerCase()), 'malformed'],
    ['text-trailing-space', 'a space is a digit, here a lone one', text((t) => `${t} `), 'malformed'],
    ['text-321', 'a character too long to be read', text((t) => t.padEnd(321, '0')), 'malformed'],
    ['text-4-kB', 'far too long', text((t) => t.padEnd(4096, '0')), 'malformed'],
    ['text-url', 'a web address', text(() => 'https://example.com/VD1:'), 'malformed'],
    ['text-controls', 'control and bidirectional characters', text((t) => `${t}\u0000\u202E`), 'malformed'],
    ['base45-65536', 'a group of 65536', text((t) => `${t.slice(0, 4)}GGW${t.slice(7)}`), 'malformed'],
    ['base45-256', 'a last group of 256', text((t) => `${t}V5`), 'malformed'],
    ['length-s-less', 'S without its last byte', tampered(s, (b) => b.slice(0, -1)), 'malformed'],
    ['length-s-more', 'S and one byte', tampered(s, (b) => Uint8Array.of(...b, 0)), 'malformed'],
    ['length-d-less', 'D without its last byte', tampered(d, (b) => b.slice(0, -1)), 'malformed'],
    ['length-d-no-proof', 'D without its proof', tampered(d, (b) => b.slice(0, 125)), 'malformed'],
    ['profile-0', 'profile 0', tampered(s, (b) => b.fill(0, 0, 1)), 'malformed'],
    ['profile-d-for-s', 'profile 2 with the length of S', tampered(s, (b) => b.fill(2, 0, 1)), 'malformed'],
  ];
}

async function keyRows(): Promise<Row[]> {
  const key2 = await single({ keyNo: 2, slot: slot + 4 });
  const key2End = await single({ keyNo: 2, slot: slot + 10 });
  return [
    ['issuer-unknown', 'an issuer the gate does not know', await single({ issuer: 9 }), 'unknown_issuer'],
    ['key-unknown', 'a key the issuer does not have', await single({ keyNo: 9 }), 'unknown_key'],
    ['key-of-other', "another issuer's key number", await single({ keyNo: 5 }), 'unknown_key'],
    ['key-compromised', 'a compromised key', await single({ keyNo: 4 }), 'key_revoked'],
    ['key-retired', 'a retired key', await single({ keyNo: 3 }), null],
    ['key-before-nbf', 'the second before nbf', key2, 'key_revoked', { now: now + 59 }],
    ['key-at-nbf', 'at nbf', key2, null, { now: now + 60 }],
    ['key-last-second', 'the second before exp', key2End, null, { now: now + 179 }],
    ['key-at-exp', 'at exp', key2End, 'key_revoked', { now: now + 180 }],
    ['key-greatest', 'the greatest issuer and key', await single({ issuer: 65_535, keyNo: 65_535 }), null],
  ];
}

async function signatureRows(): Promise<Row[]> {
  const s = await single();
  const d = await device();
  const answering = await device({ challenge });
  const offCurve = await device({ deviceKey: Uint8Array.of(2, ...new Uint8Array(31), 1) });
  const uncompressed = await device({ deviceKey: Uint8Array.of(4, ...deviceKey.subarray(1)) });
  return [
    ['sig-other-key', "another key's signature", await single({ signedBy: '2.5' }), 'bad_signature'],
    ['sig-flip-claim', 'S: a bit of the slot', tampered(s, flip(25)), 'bad_signature'],
    ['sig-flip-last', 'S: a bit of the last byte', tampered(s, flip(-1)), 'bad_signature'],
    ['sig-s-plus-l', 'S + L', tampered(s, withSPlusOrder), 'bad_signature'],
    ['sig-flip-certificate', 'D: a bit of validMinutes', tampered(d, flip(27)), 'bad_signature'],
    ['proof-flip-slot', 'D: a bit of the slot', tampered(d, flip(128)), 'bad_proof'],
    ['proof-flip-age', 'D: a bit of clockAge', tampered(d, flip(129)), 'bad_proof'],
    ['proof-flip-challenge', 'D: a bit of the challenge', tampered(answering, flip(130)), 'bad_proof'],
    ['proof-other-phone', "another phone's proof", await device({ phone: phoneKey('thief') }), 'bad_proof'],
    [
      'proof-s-zero',
      's = 0',
      tampered(
        d,
        withS(() => 0n),
      ),
      'bad_proof',
    ],
    [
      'proof-s-order',
      's = n',
      tampered(
        d,
        withS(() => p256Order),
      ),
      'bad_proof',
    ],
    [
      'proof-twin',
      'n - s, the second form',
      tampered(
        d,
        withS((s) => p256Order - s),
      ),
      null,
    ],
    ['device-off-curve', 'x = 1 is on no point', offCurve, 'bad_proof'],
    ['device-uncompressed', 'prefix 04', uncompressed, 'bad_proof'],
    ['challenge-answered', 'the challenge answered', answering, null, { challenge }],
    ['challenge-ignored', 'answered where none is displayed', answering, null],
    ['challenge-wrong', 'another challenge', answering, 'wrong_challenge', { challenge: '0000000000000000' }],
    ['challenge-missing', 'D without an answer', d, 'wrong_challenge', { challenge }],
    ['challenge-s', 'S cannot answer', s, 'wrong_challenge', { challenge }],
  ];
}

async function timeRows(): Promise<Row[]> {
  const s = await single();
  const certificate = { notBefore: slot, validMinutes: 1 };
  const first = await device(certificate);
  const before = await device({ ...certificate, slot: slot - 1 });
  const last = await device({ ...certificate, slot: slot + 3 });
  const after = await device({ ...certificate, slot: slot + 4 });
  const late = await device({ slot: slot - 3 });
  return [
    ['certificate-first', 'first slot, first second', first, null],
    ['certificate-slot-before', 'the slot before the first', before, 'not_yet_valid'],
    ['certificate-now-before', 'now is the second before', first, 'not_yet_valid', { now: now - 1 }],
    ['certificate-last', 'last slot, last second', last, null, { now: now + 59 }],
    ['certificate-now-end', 'now is the end', last, 'expired', { now: now + 60 }],
    ['certificate-slot-end', 'the slot begins at the end', after, 'expired', { now: now + 59 }],
    ['window-2-ahead', 'two slots ahead', s, 'clock_ahead', { now: now - 16 }],
    ['window-1-ahead', 'one slot ahead', s, null, { now: now - 15 }],
    ['window-2-behind', 'two slots behind, last second', s, null, { now: now + 44 }],
    ['window-3-behind', 'three slots behind', s, 'stale', { now: now + 45 }],
    ['window-d-3-behind', 'D three slots behind', late, 'stale'],
  ];
}

async function statusRows(): Promise<Row[]> {
  const at = (statusIdx: number): Promise<Made> => single({ statusIdx });
  return [
    ['status-1', 'invalid', await at(1), 'revoked'],
    ['status-2', 'suspended', await at(2), 'suspended'],
    ['status-3', 'the value without a meaning', await at(3), 'revoked'],
    ['status-last', 'the last entry', await at(63), null],
    ['status-beyond', 'an entry beyond the list', await at(64), 'revoked'],
    ['status-no-list', 'no list at hand', await at(1), null, { serviceDayOf: null }],
    [
      'value-concession-3',
      'a concession without a meaning is well formed',
      await single({ concession: 3 }),
      null,
    ],
    ['order-stale-revoked', 'stale and revoked', await at(1), 'stale', { now: now + 45 }],
  ];
}

function trustKey(
  kid: string,
  status: KeyStatus = 'active',
  times = { nbf: now - 86_400, exp: now + 86_400 },
): TrustKey {
  const { x } = createPublicKey(issuerKey(kid)).export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x: x!, kid, alg: 'Ed25519', use: 'sig', ...times, status };
}

const trust = {
  issuers: [
    {
      issuer: 1,
      keys: [
        trustKey('1.1'),
        trustKey('1.2', 'active', { nbf: now + 60, exp: now + 180 }),
        trustKey('1.3', 'retired'),
        trustKey('1.4', 'compromised'),
      ],
    },
    { issuer: 2, keys: [trustKey('2.5')] },
    { issuer: 65_535, keys: [trustKey('65535.65535')] },
  ],
};

const list = buildStatusList(
  64,
  [1, 2, 3].map((status) => [status, status] as const),
);
const statusLists = [{ serviceDay, bits: 2, lst: deflateSync(list.bytes).toString('base64url') }];

const rows = await Promise.all([textRows(), keyRows(), signatureRows(), timeRows(), statusRows()]);
const cases = rows.flat().map(([id, note, { text, claims }, reason, gate]) => ({
  id,
  note,
  qr: text,
  now: gate?.now ?? now,
  challenge: gate?.challenge ?? null,
  serviceDayOf: gate?.serviceDayOf === null ? null : serviceDay,
  expect: {
    outcome: reason === null ? 'valid' : 'rejected',
    reason,
    claims: reason === null ? claims : null,
  },
}));

const lines = (items: readonly object[]): string =>
  `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
const file = `{"format":"VD1",
"trust":{"issuers":${lines(trust.issuers)}},
"statusLists":${lines(statusLists)},
"cases":${lines(cases)},
"replay":${lines(replaySequences({ slot, now }))}
}
`;
writeFileSync(new URL('../vectors/cases.json', import.meta.url), file);
