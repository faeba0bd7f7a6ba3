import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSendCode, createWebhookSender } from './send-code.ts';

const received: { request: IncomingMessage; body: unknown }[] = [];
let answer = 204;
async function takeMessage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push({ request, body: JSON.parse(await text(request)) as unknown });
  response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end();
}
const provider = createServer((request, response) => void takeMessage(request, response));
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/sms`;
});
afterAll(() => provider.close());

describe('the webhook', () => {
  it('gives number and code to the provider, and nothing to the page', async () => {
    answer = 204;
    const sent = createWebhookSender({ url, token: 'the-token' })('+84912345678', '012345');
    expect(await sent).toBeUndefined();
    const { request, body } = received.at(-1)!;
    expect(request).toMatchObject({ method: 'POST', url: '/sms' });
    expect(request.headers).toMatchObject({
      authorization: 'Bearer the-token',
      'content-type': 'application/json',
    });
    expect(body).toEqual({ phone: '+84912345678', code: '012345' });
  });

  it.each([500, 401, 302])('answering %d means that nothing was sent', async (status) => {
    answer = status;
    const send = createWebhookSender({ url, token: 'the-token' });
    await expect(send('+84912345678', '012345')).rejects.toThrow('code_not_sent');
  });

  it('that does not answer means that nothing was sent', async () => {
    const send = createWebhookSender({ url: 'http://127.0.0.1:1/', token: 'the-token' });
    await expect(send('+84912345678', '012345')).rejects.toThrow('code_not_sent');
  });
});

it('a demo shows the code', async () => {
  expect(await createSendCode({ kind: 'shown' })('+84912345678', '012345')).toBe('012345');
});
