import { codeLifetimeSeconds, sessionLifetimeSeconds } from '../src/sign-in.ts';
import { deleteExpired } from '../src/db/riders.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postJson, problemOf, startIssuer, type IssuerUnderTest } from './issuer-under-test.ts';

let issuer: IssuerUnderTest;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const wrongCode = { status: 400, code: 'wrong_code' };

async function askCode(phone: string): Promise<string> {
  const { demoCode } = await issuer.anyone('POST /v1/sign-in/codes', { body: { phone } });
  return demoCode!;
}
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const useCode = (phone: string, code: string) => issuer.anyone('POST /v1/sign-in', { body: { phone, code } });

describe('a one-time code', () => {
  it('signs in the number it was sent to, in whatever way the number is written', async () => {
    const code = await askCode('0912 000 001');
    expect(code).toMatch(/^\d{6}$/);
    const response = await postJson(`${issuer.url}/v1/sign-in`, { phone: '+84 (0) 912-000-001', code });
    expect(response.status).toBe(200);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).toMatch(/; Secure/);

    const rider = await issuer.signIn('84912000001');
    expect(await rider.call('GET /v1/me')).toEqual({ riderId: rider.riderId, phoneEnding: '001' });
    expect((await response.json()) as object).toEqual({ riderId: rider.riderId });
  });

  it('is good once, also for two who use it at the same moment', async () => {
    const code = await askCode('0912000002');
    const answers = await Promise.allSettled([useCode('0912000002', code), useCode('0912000002', code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await problemOf(useCode('0912000002', code))).toEqual(wrongCode);
  });

  it('is no longer good after five wrong tries', async () => {
    const code = await askCode('0912000003');
    const guesses = await Promise.all(
      Array.from({ length: 5 }, () => problemOf(useCode('0912000003', otherThan(code)))),
    );
    expect(guesses).toEqual(Array.from({ length: 5 }, () => wrongCode));
    expect(await problemOf(useCode('0912000003', code))).toEqual(wrongCode);
  });

  it('is good on the fifth try', async () => {
    const code = await askCode('0912000004');
    for (let tries = 0; tries < 4; tries += 1) {
      expect(await problemOf(useCode('0912000004', otherThan(code)))).toEqual(wrongCode);
    }
    expect(await useCode('0912000004', code)).toHaveProperty('riderId');
  });

  it('ends after five minutes', async () => {
    const code = await askCode('0912000005');
    issuer.clock.advance(codeLifetimeSeconds * 1000 - 1);
    const late = await askCode('0912000006');
    expect(await useCode('0912000005', code)).toHaveProperty('riderId');
    issuer.clock.advance(codeLifetimeSeconds * 1000);
    expect(await problemOf(useCode('0912000006', late))).toEqual(wrongCode);
  });

  it('is replaced by the next one', async () => {
    const first = await askCode('0912000007');
    let second = await askCode('0912000007');
    if (second === first) second = await askCode('0912000007');
    expect(await problemOf(useCode('0912000007', first))).toEqual(wrongCode);
    expect(await useCode('0912000007', second)).toHaveProperty('riderId');
  });

  it('is refused in the same words for a number that never asked', async () => {
    const code = await askCode('0912000008');
    const [asked, never] = await Promise.all(
      ['0912000008', '0912999999'].map(async (phone) => {
        const response = await postJson(`${issuer.url}/v1/sign-in`, { phone, code: otherThan(code) });
        return { ...((await response.json()) as object), requestId: '' };
      }),
    );
    expect(asked).toEqual(never);
    expect(asked).toMatchObject(wrongCode);
  });
});

describe('a phone number', () => {
  it.each([
    '0912abc345',
    'số của tôi',
    '',
    '0912',
    `0912${'0'.repeat(30)}`,
    912_000_001,
    null,
    ['0912000001'],
  ])('%j is an invalid request', async (phone) => {
    const response = await postJson(`${issuer.url}/v1/sign-in/codes`, { phone });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request' });
  });

  it.each(['024 3825 5555', '+1 415 555 2671', '0112345678', '0912 345 678 90'])(
    '%s is not a mobile number of the country',
    async (phone) => {
      expect(await problemOf(askCode(phone))).toEqual({ status: 400, code: 'phone_not_supported' });
      expect(await problemOf(useCode(phone, '000000'))).toEqual({ status: 400, code: 'phone_not_supported' });
    },
  );

  it('cannot be read from the database', async () => {
    await issuer.signIn('0912000009');
    const rows = await Promise.all([
      issuer.db.selectFrom('riders').selectAll().execute(),
      issuer.db.selectFrom('sign_in_codes').selectAll().execute(),
    ]);
    const bytes = rows.flat().flatMap((row) => Object.values(row).filter((value) => Buffer.isBuffer(value)));
    expect(bytes.length).toBeGreaterThan(0);
    for (const value of bytes) expect(value.toString('latin1')).not.toContain('912000009');
  });
});

describe('a session', () => {
  it('ends with sign-out', async () => {
    const rider = await issuer.signIn('0912000010');
    await rider.call('POST /v1/sign-out');
    expect(await problemOf(rider.call('GET /v1/me'))).toEqual({ status: 401, code: 'not_signed_in' });
  });

  it('ends after 90 days and is then removed', async () => {
    const rider = await issuer.signIn('0912000011');
    issuer.clock.advance(sessionLifetimeSeconds * 1000 - 1);
    expect(await rider.call('GET /v1/me')).toHaveProperty('riderId');
    issuer.clock.advance(1);
    expect(await problemOf(rider.call('GET /v1/me'))).toEqual({ status: 401, code: 'not_signed_in' });
    await issuer.signIn('0912000012');
    await deleteExpired(issuer.db, new Date(issuer.clock.nowMilliseconds()));
    expect(await issuer.db.selectFrom('sessions').select('rider_id').execute()).toHaveLength(1);
  });

  it('is needed, and a made-up one is none', async () => {
    for (const headers of [{}, { cookie: 'vedong_session=made-up' }, { cookie: 'other=1' }]) {
      const response = await fetch(`${issuer.url}/v1/cards`, { headers });
      expect(response.status).toBe(401);
    }
  });
});

describe('limits', () => {
  let strict: IssuerUnderTest;
  beforeAll(async () => {
    strict = await startIssuer({
      CODES_PER_NUMBER_PER_HOUR: '2',
      CODES_PER_ADDRESS_PER_HOUR: '4',
      TRIES_PER_ADDRESS_PER_HOUR: '3',
    });
  });
  afterAll(() => strict.stop());

  it('stop codes for a number, then for an address, and tries, with the time to wait', async () => {
    const ask = (phone: string) => postJson(`${strict.url}/v1/sign-in/codes`, { phone });
    const statuses = [];
    for (const phone of ['0912000001', '+84912000001', '0912 000 001', '0912000002', '0912000003']) {
      statuses.push((await ask(phone)).status);
    }
    expect(statuses).toEqual([202, 202, 429, 202, 429]);
    const refusal = await ask('0912000004');
    expect(await refusal.json()).toMatchObject({ code: 'too_many_requests' });
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(3000);

    const guess = () => postJson(`${strict.url}/v1/sign-in`, { phone: '0912000009', code: '123456' });
    const tries = [];
    for (let count = 0; count < 4; count += 1) tries.push((await guess()).status);
    expect(tries).toEqual([400, 400, 400, 429]);
  });
});
