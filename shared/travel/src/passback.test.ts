import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gate } from './gate.ts';
import { judgePassback, passbackAreaOf, type Passage, type PresentedPassage } from './passback.ts';

const rule = { seconds: 300 };
const presented = (change: Partial<PresentedPassage> = {}): PresentedPassage => ({
  area: 'place/lang/entry',
  atSeconds: 1000,
  rule,
  ...change,
});
const last: Passage = { area: 'place/lang/entry', firstAtSeconds: 1000, atSeconds: 1000, persons: 1 };

describe('anti-passback', () => {
  it('lets a card in that was nowhere before, and remembers it', () => {
    expect(judgePassback(undefined, presented())).toEqual({ answer: 'passed', passage: last });
  });

  it.each([
    [0, 'passback'],
    [299.999, 'passback'],
    [300, 'passed'],
    [-1, 'passback'],
    [-300, 'passed'],
  ])('answers the same area %d s later with %s', (later, answer) => {
    expect(judgePassback(last, presented({ atSeconds: 1000 + later })).answer).toBe(answer);
  });

  it('lets a card in at another area at once, and where there is no rule', () => {
    expect(judgePassback(last, presented({ area: 'place/lang/exit' })).answer).toBe('passed');
    expect(judgePassback(last, presented({ rule: { seconds: 0 } })).answer).toBe('passed');
  });

  it('boards a group: so many persons within so many seconds of the first, and then no more', () => {
    const group = { seconds: 300, group: { seconds: 60, persons: 3 } };
    const second = judgePassback(last, presented({ atSeconds: 1030, rule: group }));
    expect(second).toEqual({ answer: 'passed', passage: { ...last, atSeconds: 1030, persons: 2 } });
    const two = (second as { passage: Passage }).passage;
    expect(judgePassback(two, presented({ atSeconds: 1060, rule: group })).answer).toBe('passed');
    expect(judgePassback(two, presented({ atSeconds: 1061, rule: group })).answer).toBe('passback');
    expect(judgePassback({ ...two, persons: 3 }, presented({ atSeconds: 1060, rule: group })).answer).toBe(
      'passback',
    );
  });

  it('lets the same person try again, and counts nobody more', () => {
    const two = { ...last, atSeconds: 1030, persons: 2 };
    expect(judgePassback(two, presented({ atSeconds: 1100, isSamePerson: true }))).toEqual({
      answer: 'passed',
      passage: { ...two, atSeconds: 1100 },
    });
  });

  it('counts the time away from the last person of a group', () => {
    const three = { ...last, atSeconds: 1060, persons: 3 };
    expect(judgePassback(three, presented({ atSeconds: 1359 })).answer).toBe('passback');
    expect(judgePassback(three, presented({ atSeconds: 1360 }))).toEqual({
      answer: 'passed',
      passage: { ...last, firstAtSeconds: 1360, atSeconds: 1360 },
    });
  });

  it('never lets more persons through in one area and time than the rule allows', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 4 }), (gaps, persons) => {
        const group = { seconds: 100, group: { seconds: 50, persons } };
        let now = 1000;
        let memory: Passage | undefined;
        const passedAt: number[] = [];
        for (const gap of gaps) {
          now += gap;
          const answer = judgePassback(memory, presented({ atSeconds: now, rule: group }));
          if (answer.answer === 'passback') continue;
          memory = answer.passage;
          passedAt.push(now);
          expect(passedAt.filter((at) => now - at < 100).length).toBeLessThanOrEqual(persons);
        }
      }),
    );
  });
});

it('names the area by gate, by place and kind, or by line and kind', () => {
  const gate = { gateId: '2A-01-in', kind: 'entry', lineId: '2A', place: { placeId: 'lang' } } as Gate;
  expect(passbackAreaOf(gate, { within: 'gate', seconds: 1 })).toBe('gate/2A-01-in');
  expect(passbackAreaOf(gate, { within: 'place', seconds: 1 })).toBe('place/lang/entry');
  expect(passbackAreaOf(gate, { within: 'line', seconds: 1 })).toBe('line/2A/entry');
});
