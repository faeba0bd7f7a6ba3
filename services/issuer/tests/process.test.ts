/** The service as it is run: a process with an environment, a log and signals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient, type IssuerApi } from '@vedong/contracts';
import { decodeTicket } from '@vedong/ticket';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { initKeys } from '../src/key-ceremony.ts';
import { postJson, serviceToken, startIssuer, type IssuerUnderTest } from './issuer-under-test.ts';
import { makePhone } from './phone-under-test.ts';

let issuer: IssuerUnderTest;
let env: Record<string, string>;
beforeAll(async () => {
  issuer = await startIssuer();
  // A real process lives in real time: its keys must too.
  issuer.clock.setNow(Date.now());
  await initKeys(issuer.ceremony());
  // Nothing listens there: an operator that is away stops nothing.
  env = { ...issuer.env, PORT: '0', LOG_LEVEL: 'trace', OPERATOR_URL: 'http://127.0.0.1:9' };
});
afterAll(() => issuer.stop());

function start(variables: Record<string, string>) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], { env: variables });
  let output = '';
  const listening = new Promise<string>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, port] = /"port":(\d+)\},"msg":"listening"/.exec(output) ?? [];
      if (port) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, listening, ended, output: () => output };
}

it('serves, logs events without secrets, and stops clean on SIGTERM', async () => {
  const running = start(env);
  const url = await running.listening;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);

  const phone = '0912345678';
  const { demoCode = '' } = await createClient<IssuerApi>(url)('POST /v1/sign-in/codes', { body: { phone } });
  await postJson(`${url}/v1/sign-in`, { phone, code: '000000' });
  const signedIn = await postJson(`${url}/v1/sign-in`, { phone, code: demoCode });
  const { riderId } = (await signedIn.json()) as { riderId: string };
  const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
  const call = createClient<IssuerApi>(url, { headers: () => ({ cookie }) });
  const { cardId } = await call('POST /v1/cards', { body: { nickname: 'Thẻ', colour: 'lotus' } });
  const params = { cardId };
  const { tickets } = await call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } });
  const proof = await makePhone().prove(cardId, Date.now());
  const { certificates } = await call('POST /v1/cards/{cardId}/certificates', { params, body: { proof } });
  await createClient<IssuerApi>(url, { headers: () => ({ authorization: `Bearer ${serviceToken}` }) })(
    'POST /v1/charges',
    { body: { charges: [{ phone }] } },
  );
  await call('POST /v1/cards/{cardId}/block', { params });
  await postJson(`${url}/v1/sign-in/codes`, { phone: 'x'.repeat(9) + phone });
  await fetch(`${url}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"${phone}`,
  });

  const stream = await fetch(`${url}/v1/changes`);
  running.child.kill('SIGTERM');
  expect(await stream.text()).toContain('event: versions');
  expect(await running.ended).toBe(0);

  const log = running.output();
  for (const event of [
    'rider signed in',
    'card made',
    'card blocked',
    'charges taken',
    'terms stay as they are',
  ])
    expect(log).toContain(event);
  expect(log).toContain(riderId);
  const secrets = {
    phone: phone.slice(1),
    code: `"${demoCode}"`,
    session: cookie.split('=')[1]!,
    serviceToken,
    proof,
    ticket: tickets[0]!.ticket.slice(4, 40),
    cardRef: decodeTicket(tickets[0]!.ticket).cardRef,
    certificate: certificates[0]!.certificate,
    keyEncryptionKey: env['KEY_ENCRYPTION_KEY']!,
  };
  const leaked = Object.entries(secrets).filter(([, secret]) => log.includes(secret));
  expect(leaked).toEqual([]);
});

it('says in a sentence why it cannot start', async () => {
  const { DEMO: _, ...production } = env;
  const noProvider = start(production);
  expect(await noProvider.ended).toBe(1);
  expect(noProvider.output()).toMatch(
    /^One-time codes cannot be sent: set SMS_WEBHOOK_URL and SMS_WEBHOOK_TOKEN/,
  );

  const { DATABASE_URL: _url, ...incomplete } = env;
  const noDatabase = start({ ...incomplete, KEY_ENCRYPTION_KEY: 'short' });
  expect(await noDatabase.ended).toBe(1);
  expect(noDatabase.output()).toMatch(/DATABASE_URL: .*\n {2}KEY_ENCRYPTION_KEY: must be a secret/);
  expect(noDatabase.output()).not.toContain('short');

  const busy = start({ ...env, PORT: new URL(issuer.url).port });
  expect(await busy.ended).toBe(1);
  expect(busy.output()).toMatch(/^Port \d+ is in use/);
});
