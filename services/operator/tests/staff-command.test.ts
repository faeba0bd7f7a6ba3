import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn, startTestOperator, type TestOperator } from './test-operator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

async function staff(words: string[], input = ''): Promise<{ code: number | null; out: string }> {
  const program = new URL('../src/staff.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env['PATH'], DATABASE_URL: operator.databaseUrl },
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out: out + errors };
}
const email = 'mai@example.org';
const statusOf = async (password: string) =>
  (await signIn(operator.url, { email, password }, '198.51.100.4')).response.status;

it('adds an account with a given or a made password, changes it, and disables it', async () => {
  expect(await staff(['add', 'Mai@Example.org', 'Mai'], 'first password\n')).toEqual({
    code: 0,
    out: `${email} may sign in\n`,
  });
  expect(await statusOf('first password')).toBe(200);

  const made = await staff(['add', email, 'Mai']);
  expect(await statusOf('first password')).toBe(401);
  expect(await statusOf(made.out.trim().split(' ').at(-1) ?? '')).toBe(200);

  expect((await staff(['list'])).out).toContain(`${email}\tMai\n`);
  await staff(['disable', email]);
  expect((await staff(['list'])).out).toContain(`${email}\tMai\tdisabled\n`);
  expect(await statusOf(made.out.trim().split(' ').at(-1) ?? '')).toBe(401);
});

it.each([
  [['add', 'nobody', 'N'], '', /"nobody" is not an e-mail address/],
  [['add', email, ''], '', /"" is not a name/],
  [['add', email, 'Mai'], 'short', /at least 12 characters/],
  [['promote', email], '', /Usage/],
])('says in a sentence what is wrong with %j', async (words, input, sentence) => {
  const { code, out } = await staff(words, input);
  expect(code).toBe(1);
  expect(out).toMatch(sentence);
  expect(out).not.toMatch(/\bat .*\.ts:\d+/);
});
