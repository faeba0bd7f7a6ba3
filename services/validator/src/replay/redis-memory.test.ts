import { expect, it } from 'vitest';
import { createRedisMemory, readServerFacts, retellSeconds } from './redis-memory.ts';

function start() {
  const time = { seconds: 1000 };
  const memory = createRedisMemory(() => time.seconds);
  const note = (runId: string, uptimeSeconds = 0, address = '') => ({ address, runId, uptimeSeconds });
  return { memory, time, note };
}

it('trusts nothing of a server that was not asked', () => {
  expect(start().memory.mayHaveForgotten('')).toBe(true);
});

it('trusts an old server at the first sight, and a young one once it is old enough', () => {
  const { memory, time, note } = start();
  memory.note([note('old', retellSeconds, 'a'), note('young', retellSeconds - 10, 'b')]);
  expect(['a', 'b'].map(memory.mayHaveForgotten)).toEqual([false, true]);
  time.seconds += 10;
  expect(memory.mayHaveForgotten('b')).toBe(false);
});

it('gives validators time to tell a server that was started again, or promoted, however old it is', () => {
  const { memory, time, note } = start();
  memory.note([note('one', 9999)]);
  memory.note([note('one', 9999)]);
  expect(memory.mayHaveForgotten('')).toBe(false);
  memory.note([note('two', 9999)]);
  expect(memory.mayHaveForgotten('')).toBe(true);
  time.seconds += retellSeconds - 1;
  memory.note([note('two', 9999)]);
  expect(memory.mayHaveForgotten('')).toBe(true);
  time.seconds += 1;
  expect(memory.mayHaveForgotten('')).toBe(false);
});

it('reads what a server says, and takes no other text for it', () => {
  const info =
    '# Server\r\nredis_version:7.0.15\r\nrun_id:0a1b2c\r\ntcp_port:6379\r\nuptime_in_seconds:42\r\n';
  expect(readServerFacts('a', info)).toEqual({ address: 'a', runId: '0a1b2c', uptimeSeconds: 42 });
  expect(() => readServerFacts('a', 'run_id:0a1b2c')).toThrow('run_id');
});
