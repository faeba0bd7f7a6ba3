import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postJson, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
beforeAll(async () => {
  issuer = await startIssuer();
  rider = await issuer.signIn('0912000001');
});
afterAll(() => issuer.stop());

const post = (path: string, body: string, headers: Record<string, string>) =>
  fetch(`${issuer.url}${path}`, { method: 'POST', headers: { cookie: rider.cookie, ...headers }, body });
const json = { 'content-type': 'application/json' };
const card = JSON.stringify({ nickname: 'Thẻ', colour: 'lotus' });

describe('a request', () => {
  it.each([
    ['broken JSON', '/v1/cards', '{"nickname":', json, 400, 'broken_json'],
    ['no body', '/v1/cards', '', json, 400, 'invalid_request'],
    ['a list for an object', '/v1/cards', '[]', json, 400, 'invalid_request'],
    [
      'a form',
      '/v1/cards',
      'nickname=a',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'wrong_content_type',
    ],
    ['text', '/v1/cards', card, { 'content-type': 'text/plain' }, 415, 'wrong_content_type'],
    [
      'compressed JSON',
      '/v1/cards',
      card,
      { ...json, 'content-encoding': 'gzip' },
      415,
      'wrong_content_type',
    ],
    [
      'another alphabet',
      '/v1/cards',
      card,
      { 'content-type': 'application/json; charset=klingon' },
      415,
      'wrong_content_type',
    ],
    [
      'a body over the limit',
      '/v1/cards',
      JSON.stringify({ nickname: 'x'.repeat(8_000_001) }),
      json,
      413,
      'body_too_large',
    ],
    [
      'a number as text',
      '/v1/cards/01a2080a-1ae8-7eba-96ae-694050ee94ff/tickets',
      '{"count":"1"}',
      json,
      400,
      'invalid_request',
    ],
    [
      'a member too many',
      '/v1/cards',
      JSON.stringify({ nickname: 'a', colour: 'lotus', riderId: '1' }),
      json,
      400,
      'invalid_request',
    ],
    [
      'control characters',
      '/v1/cards',
      JSON.stringify({ nickname: 'a\u0000b', colour: 'lotus' }),
      json,
      400,
      'invalid_request',
    ],
    [
      'half a character',
      '/v1/cards',
      '{"nickname":"\\ud83d","colour":"lotus"}',
      json,
      400,
      'invalid_request',
    ],
    ['a card that is no UUID', '/v1/cards/1/block', '{}', json, 400, 'invalid_request'],
    ['a broken address', '/v1/cards/%E0%A4%A/block', '{}', json, 400, 'broken_url'],
    [
      'a card that is not there',
      '/v1/cards/01a2080a-1ae8-7eba-96ae-694050ee94ff/block',
      '{}',
      json,
      404,
      'card_not_found',
    ],
    ['an address that is not there', '/v1/nothing', '{}', json, 404, 'not_found'],
  ] as const)('with %s gets a problem', async (_, path, body, headers, status, code) => {
    const response = await post(path, body, headers);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it('that needs a rider is refused before its body is looked at', async () => {
    const response = await postJson(`${issuer.url}/v1/cards`, { nickname: 1 });
    expect(await response.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  });
});
