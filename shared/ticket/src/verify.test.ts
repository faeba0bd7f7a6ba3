import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerCases, type CasesFile } from '../commands/answer-cases.ts';
import {
  certificateClaims,
  deviceTicket,
  gate,
  nowSeconds,
  singleTicket,
  slotNow,
} from '../tests/samples.ts';
import { withVectorLibrary } from '../tests/vector-library.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { decodeTicket } from './decode.ts';
import { nodeSignatures, threadedSignatures } from './node/index.ts';
import { ticketReasons } from './reasons.ts';
import { judgeReplay } from './replay.ts';
import { buildStatusList } from './status-list.ts';
import { verifyTicket } from './verify.ts';
import { webSignatures } from './web-signatures.ts';

interface Vectors extends CasesFile {
  cases: (CasesFile['cases'][number] & {
    expect: { outcome: string; reason: string | null; claims: object | null };
  })[];
  replay: { id: string; steps: (CasesFile['replay'][number]['steps'][number] & { expect: string })[] }[];
}

const ownVectors = JSON.parse(
  readFileSync(new URL('../vectors/cases.json', import.meta.url), 'utf8'),
) as Vectors;

const expectedAnswers = ({ cases, replay }: Vectors): object[] => [
  ...cases.map(({ id, expect: { outcome, reason, claims } }) => ({
    id,
    outcome,
    reason,
    ...(claims && { claims }),
  })),
  ...replay.map(({ id, steps }) => ({ id, answers: steps.map((step) => step.expect) })),
];

const implementations = [
  ['node:crypto', nodeSignatures],
  ['node:crypto in threads', threadedSignatures],
  ['WebCrypto', webSignatures],
] as const;

describe.each(implementations)('with %s', (_, signatures) => {
  it("every one of the project's vectors is answered as it says", async () => {
    const answers = await Array.fromAsync(answerCases(ownVectors, signatures));
    expect(answers).toEqual(expectedAnswers(ownVectors));
  });

  withVectorLibrary('its cases of VD1 are', (read) => {
    it('every vector of the library is answered as it says', async () => {
      const vectors = read('ticket/cases.json') as Vectors;
      const answers = await Array.fromAsync(answerCases(vectors, signatures));
      expect(answers).toEqual(expectedAnswers(vectors));
    });
  });
});

it("the project's vectors have every reason", () => {
  const reasons = new Set([
    ...ownVectors.cases.map((each) => each.expect.reason),
    ...ownVectors.replay.flatMap(({ steps }) => steps.map((step) => step.expect)),
  ]);
  expect(ticketReasons.filter((reason) => !reasons.has(reason))).toEqual([]);
});

describe('a changed ticket', () => {
  const changed = (text: string, at: number, by: number): string => {
    const bytes = decodeBase45(text, 4);
    return `VD1:${encodeBase45(bytes.with(at, bytes[at]! ^ by))}`;
  };

  it('is refused, whichever byte was changed and however', async () => {
    const tickets = [await singleTicket(), await deviceTicket(), await deviceTicket('0011223344556677')];
    const changes = fc.record({
      text: fc.constantFrom(...tickets),
      place: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(changes, async ({ text, place, by }) => {
        const at = place % decodeTicket(text).bytes.length;
        expect(await verifyTicket(changed(text, at, by), gate)).toMatchObject({ outcome: 'rejected' });
      }),
      { numRuns: 300 },
    );
  });

  it('is refused for each single byte', async () => {
    const text = await deviceTicket('0011223344556677');
    const outcomes = new Set<string>();
    for (let at = 0; at < 202; at += 1)
      outcomes.add((await verifyTicket(changed(text, at, 1), gate)).outcome);
    expect(outcomes).toEqual(new Set(['rejected']));
  });

  it('is the same claim to the replay rule when only its signature took its second form', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const text = await deviceTicket();
    const bytes = decodeBase45(text, 4);
    const s = order - BigInt(`0x${Buffer.from(bytes.subarray(-32)).toString('hex')}`);
    bytes.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex'), bytes.length - 32);
    const twin = `VD1:${encodeBase45(bytes)}`;

    const [first, second] = [await verifyTicket(text, gate), await verifyTicket(twin, gate)];
    if (first.outcome !== 'valid' || second.outcome !== 'valid') throw new Error('both forms are valid');
    const identity = ({ issuer, cardRef, slot }: typeof first.ticket): object => ({ issuer, cardRef, slot });
    expect(twin).not.toBe(text);
    expect(identity(second.ticket)).toEqual(identity(first.ticket));
    const accepted = { slot: first.ticket.slot, validator: 'v-1/in', atSeconds: nowSeconds };
    expect(judgeReplay(accepted, { ...accepted, slot: second.ticket.slot, validator: 'v-2/in' })).toBe(
      'replayed',
    );
  });
});

describe('what a verdict tells', () => {
  it('a refused ticket only once its signatures had passed', async () => {
    const text = await deviceTicket();
    const later = await verifyTicket(text, { ...gate, nowSeconds: nowSeconds + 60 });
    expect(later).toMatchObject({
      outcome: 'rejected',
      reason: 'stale',
      ticket: { cardRef: certificateClaims.cardRef },
    });
    const bytes = decodeBase45(text, 4);
    for (const at of [100, 150]) {
      const forged = `VD1:${encodeBase45(bytes.with(at, bytes[at]! ^ 1))}`;
      expect(await verifyTicket(forged, gate)).not.toHaveProperty('ticket');
    }
  });

  it('whether a status list was at hand, which it asks for by first slot and issuer', async () => {
    const list = buildStatusList(64, []);
    const asked: number[][] = [];
    const statusListFor = (...which: number[]): typeof list => {
      asked.push(which);
      return list;
    };
    expect(await verifyTicket(await singleTicket(), gate)).toMatchObject({ statusChecked: false });
    const single = await verifyTicket(await singleTicket(), { ...gate, statusListFor });
    const device = await verifyTicket(await deviceTicket(), { ...gate, statusListFor });
    expect([single, device]).toMatchObject([{ statusChecked: true }, { statusChecked: true }]);
    expect(asked).toEqual([
      [slotNow, 1],
      [certificateClaims.notBefore, 1],
    ]);
  });
});
