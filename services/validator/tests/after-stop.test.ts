/** A rider whom the gate left without an answer when it died, and what the next code gets after the start. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestRedis } from '@vedong/testing/redis';
import { slotAt } from '@vedong/ticket';
import { expect, it } from 'vitest';
import { dyingEnvironment } from './die-after-commit.ts';
import { gates, startTestCity } from './test-city.ts';
import { eventually, newFolder, runProgram, waitForProgram, type Program } from './test-validator.ts';

const cardRef = '00000000000000aa';

/**
 * Gates at which a card must stay away for five minutes after it was let in.
 * @param slotsBehind how old the card's first code is; the one after the present is the last that is live
 */
async function startCity(slotsBehind: number) {
  const city = await startTestCity();
  city.state.configuration.gates = gates.map((gate) => ({
    ...gate,
    passback: { within: 'gate', seconds: 300 },
  }));
  const folder = newFolder();
  const fatalFile = join(newFolder(), 'card');
  let slot: number | undefined;
  const start = async (env: Record<string, string> = {}) => {
    const program = runProgram({ city, folder, env: { ...dyingEnvironment(fatalFile), ...env } });
    return { program, ...(await waitForProgram(program)) };
  };
  return {
    city,
    start,
    nextCode: (): Promise<string> => {
      slot = slot === undefined ? slotAt(Date.now() / 1000) - slotsBehind : slot + 1;
      return city.ticket({ cardRef, slot });
    },
    sameCode: () => city.ticket({ cardRef, slot: slot! }),
    /** Shows a code while others do, and the program dies once it stands in the journal. */
    dieAt: async ({ program, tap }: Awaited<ReturnType<typeof start>>, code: string): Promise<void> => {
      writeFileSync(fatalFile, cardRef);
      const others = Array.from({ length: 5 }, async () => tap(await city.ticket()));
      const [own] = await Promise.allSettled([tap(code), ...others]);
      expect(own).toMatchObject({ reason: { code: 'no_answer' } });
      expect(await program.ended).toBe('SIGKILL');
    },
    /** The card's accepted taps at the operator, once all that was written has arrived. */
    delivered: async (status: Awaited<ReturnType<typeof start>>['status']) => {
      await eventually(async () => (await status()).journal.unsent === 0, 30);
      return city.state.taps.filter((tap) => tap.ticket?.cardRef === cardRef && tap.outcome === 'accepted');
    },
  };
}

async function stop(program: Program): Promise<void> {
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
}

it.each([
  ['with Redis', true],
  ['alone', false],
])(
  '%s: lets the rider pass with the next code as the same rider, once',
  { timeout: 90_000 },
  async (_how, usesRedis) => {
    const { city, start, nextCode, dieAt, delivered } = await startCity(1);
    const redis = usesRedis ? await startTestRedis() : null;
    const env: Record<string, string> = redis
      ? { REDIS_URL: redis.url, GUARD_BUDGET_MILLISECONDS: '1000' }
      : {};
    const first = await start(env);
    if (usesRedis) await eventually(async () => (await first.status()).guard === 'redis');
    await dieAt(first, await nextCode());
    const second = await start(env);
    const code = await nextCode();
    const answer = await second.tap(code);
    expect(answer).toMatchObject({ outcome: 'accepted', repeat: false });
    expect(answer.marks).toContain('after_stop');
    expect(await second.tap(code)).toEqual({ ...answer, repeat: true });
    // Whoever comes behind with the same card is somebody else.
    expect(await second.tap(await nextCode())).toMatchObject({ reason: 'passback' });
    const [unanswered, again, ...more] = await delivered(second.status);
    expect(more).toEqual([]);
    expect(again).toMatchObject({ tapId: answer.tapId, marks: answer.marks, continues: unanswered!.tapId });
    expect(unanswered!.marks).not.toContain('after_stop');
    await stop(second.program);
    await redis?.remove();
    await city.stop();
  },
);

it(
  'gives the first answer to the very code, and takes a stop on order for what it is',
  { timeout: 90_000 },
  async () => {
    const { city, start, nextCode, sameCode, dieAt, delivered } = await startCity(0);
    await dieAt(await start(), await nextCode());
    const second = await start();
    const first = await second.tap(await sameCode());
    expect(first).toMatchObject({ outcome: 'accepted', repeat: true });
    // Read twice; and at the next gate it is a used code.
    expect(await second.tap(await sameCode())).toEqual(first);
    expect(await second.tap(await sameCode(), '2A-02-in')).toMatchObject({ reason: 'replayed' });
    expect((await delivered(second.status)).map(({ tapId }) => tapId)).toEqual([first.tapId]);
    await stop(second.program);
    // Everybody was answered before a stop on order.
    const third = await start();
    expect(await third.tap(await nextCode())).toMatchObject({ reason: 'passback' });
    await stop(third.program);
    await city.stop();
  },
);
