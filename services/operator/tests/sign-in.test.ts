import { operatorApi, type EndpointKey } from '@vedong/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { disableStaff, saveStaff } from '../src/db/staff.ts';
import { hashPassword } from '../src/password.ts';
import { signInLimits } from '../src/sign-in.ts';
import { account, signIn, startTestOperator, type TestOperator } from './test-operator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const problemOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

it('lets staff in with a cookie that scripts and other sites cannot use, and out again', async () => {
  const { response, cookie, setCookie } = await signIn(operator.url, {
    ...account,
    email: 'Staff@Example.org',
  });
  expect(await response.json()).toEqual({ name: 'Lan' });
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict']) expect(setCookie).toContain(attribute);
  const me = operator.clientOf({ cookie });
  expect(await me('GET /v1/me')).toEqual({ name: 'Lan', email: account.email });
  await me('POST /v1/sign-out');
  await expect(me('GET /v1/me')).rejects.toMatchObject({ status: 401, code: 'not_signed_in' });
});

it('ends a session after its time and with its account', async () => {
  const own = await startTestOperator();
  const { cookie } = await signIn(own.url);
  const me = own.clientOf({ cookie });
  own.clock.advance(12 * 3600_000 + 1);
  await expect(me('GET /v1/me')).rejects.toMatchObject({ code: 'not_signed_in' });
  const again = own.clientOf({ cookie: (await signIn(own.url)).cookie });
  expect(await disableStaff(own.db, account.email)).toBe(true);
  await expect(again('GET /v1/me')).rejects.toMatchObject({ code: 'not_signed_in' });
  expect((await signIn(own.url)).response.status).toBe(401);
  await own.stop();
});

it('gives the same answer to a wrong password and to an unknown account', async () => {
  const wrong = await signIn(operator.url, { ...account, password: 'wrong' });
  const unknown = await signIn(operator.url, { ...account, email: 'nobody@example.org' });
  expect(await problemOf(wrong.response)).toEqual([401, 'wrong_credentials']);
  expect(await problemOf(unknown.response)).toEqual([401, 'wrong_credentials']);
});

it('stops guessing at one account from many addresses, existing or not', async () => {
  for (const email of ['guessed@example.org', 'absent@example.org']) {
    if (email.startsWith('guessed')) {
      await saveStaff(operator.db, { email, name: 'G', passwordHash: await hashPassword('the right one') });
    }
    for (let attempt = 0; attempt < signInLimits.account.tries; attempt += 1) {
      await signIn(operator.url, { email, password: 'wrong' }, `198.51.100.${attempt}`);
    }
    const last = await signIn(operator.url, { email, password: 'the right one' }, '198.51.100.99');
    expect(await problemOf(last.response)).toEqual([429, 'too_many_requests']);
    expect(Number(last.response.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

it('stops guessing at many accounts from one address', async () => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt <= signInLimits.address.tries; attempt += 1) {
    const { response } = await signIn(
      operator.url,
      { email: `n${attempt}@example.org`, password: 'x' },
      '192.0.2.7',
    );
    statuses.push(response.status);
  }
  expect(statuses.slice(-2)).toEqual([401, 429]);
});

const staffRoutes = Object.entries(operatorApi).filter(([, { caller }]) => caller === 'staff');

it.each(staffRoutes.map(([key]) => key as EndpointKey))('asks for a sign-in at %s', async (key) => {
  const [method = '', path = ''] = key.split(' ');
  for (const cookie of ['', 'vedong_session=', 'vedong_session=forged']) {
    const response = await fetch(`${operator.url}${path.replace(/\{.*?\}/, 'x')}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    expect(await problemOf(response)).toEqual([401, 'not_signed_in']);
  }
});

it('knows itself ready and serves its description', async () => {
  expect((await fetch(`${operator.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${operator.url}/openapi.json`)).status).toBe(200);
});
