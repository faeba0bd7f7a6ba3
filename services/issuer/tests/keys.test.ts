import { execFile } from 'node:child_process';
import { readFileSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeTicket, expandToJws } from '@vedong/ticket';
import { createLocalJWKSet, compactVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { condemnKey, initKeys, listKeys, publishBundle, rotateKeys } from '../src/key-ceremony.ts';
import { present, readStatusList, readTrust } from './gate.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
let cardId: string;
beforeEach(async () => {
  issuer = await startIssuer();
  rider = await issuer.signIn('0912000001');
  cardId = await rider.makeCard();
});
afterEach(() => issuer.stop());

const hour = 3_600_000;
const day = 24 * hour;

async function fetchTicket(): Promise<string> {
  const { tickets } = await rider.call('POST /v1/cards/{cardId}/tickets', {
    params: { cardId },
    body: { count: 1 },
  });
  return tickets[0]!.ticket;
}
const keyNoOf = (ticket: string) => decodeTicket(ticket).keyNo;
const statusesNow = async () =>
  Object.fromEntries((await listKeys(issuer.ceremony())).map(({ kid, status }) => [kid, status]));

/** Runs the command as its users do. */
async function runKeys(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = fileURLToPath(new URL('../src/keys.ts', import.meta.url));
  return promisify(execFile)(process.execPath, [command, ...args], { env: issuer.env }).then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe('init', () => {
  it('changes nothing when run again, alone or twice at once', async () => {
    const before = await issuer.anyone('GET /v1/trust-bundle');
    await initKeys(issuer.ceremony());
    await Promise.all([initKeys(issuer.ceremony()), initKeys(issuer.ceremony())]);
    issuer.clock.advance(10_000);
    expect(await issuer.anyone('GET /v1/trust-bundle')).toBe(before);
  });

  it('publishes anew when the bundle is past half its life, or would say something else', async () => {
    const versionAfterInit = async () => {
      await initKeys(issuer.ceremony());
      issuer.clock.advance(3000);
      return (await readTrust(issuer)).version;
    };
    issuer.clock.advance(15 * day - 10_000);
    expect(await versionAfterInit()).toBe(1);
    issuer.clock.advance(7000);
    expect(await versionAfterInit()).toBe(2);

    await readStatusList(issuer, '2026-12-08');
    issuer.env['PUBLIC_URL'] = 'https://new.example/';
    expect(await versionAfterInit()).toBe(3);
    expect(await readStatusList(issuer, '2026-12-08')).toMatchObject({
      sub: 'https://new.example/v1/status-lists/2026-12-08',
    });
    expect((await readTrust(issuer)).issuers[0]?.statusListUri).toBe(
      'https://new.example/v1/status-lists/{serviceDay}',
    );
  });

  it('replaces a signing key in good time before its end', async () => {
    issuer.clock.advance(333 * day);
    await initKeys(issuer.ceremony());
    expect(await statusesNow()).toEqual({ '1.1': 'active', '1.2': 'active' });
    issuer.clock.advance(2 * hour);
    rider = await issuer.signIn('0912000001');
    expect(keyNoOf(await fetchTicket())).toBe(2);
  });

  it('keeps the root key in a file that is of no use without KEY_ENCRYPTION_KEY', async () => {
    const file = issuer.env['ROOT_KEY_FILE']!;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual(['x', 'sealed']);
    expect(issuer.rootJwk).toEqual({ crv: 'Ed25519', kty: 'OKP', x: issuer.rootJwk.x });
    issuer.env['KEY_ENCRYPTION_KEY'] = 'another-key-encryption-key-0123456789';
    const refused = await runKeys('init');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^The root key in .* was encrypted with another KEY_ENCRYPTION_KEY/);
  });

  it('never makes a second root key: gates pin the first', async () => {
    const file = issuer.env['ROOT_KEY_FILE']!;
    renameSync(file, `${file}.away`);
    await expect(initKeys(issuer.ceremony())).rejects.toThrow(/Restore it from its backup/);
    const other = await startIssuer();
    issuer.env['ROOT_KEY_FILE'] = other.env['ROOT_KEY_FILE']!;
    await expect(initKeys(issuer.ceremony())).rejects.toThrow(/another root key/);
    await other.stop();
  });
});

describe('rotate', () => {
  it('publishes the new key first, signs with it an hour later, and no ticket dies of it', async () => {
    await rotateKeys(issuer.ceremony());
    issuer.clock.advance(3000);
    expect(await statusesNow()).toEqual({ '1.1': 'active', '1.2': 'active' });
    const old = await fetchTicket();
    expect(keyNoOf(old)).toBe(1);
    expect((await readTrust(issuer)).version).toBe(2);
    expect((await readTrust(issuer)).issuers[0]?.keys.map(({ kid }) => kid)).toEqual(['1.1', '1.2']);

    issuer.clock.advance(hour - 3000 - 10_000);
    const last = await fetchTicket();
    expect(keyNoOf(last)).toBe(1);
    issuer.clock.advance(10_000);
    const first = await fetchTicket();
    expect(keyNoOf(first)).toBe(2);
    expect(await statusesNow()).toEqual({ '1.1': 'retired', '1.2': 'active' });
    for (const ticket of [last, first])
      expect(await present(issuer, ticket)).toMatchObject({ outcome: 'valid' });
  });

  it('lets the old key count until its last certificate has ended', async () => {
    await rotateKeys(issuer.ceremony());
    const [old, next] = await listKeys(issuer.ceremony());
    const daysAhead = 2;
    expect(old!.exp - next!.nbf).toBeGreaterThanOrEqual(((daysAhead + 1) * day + 2 * hour) / 1000);
    expect(next!.exp - next!.nbf).toBe(365 * 86_400);
  });
});

describe('compromise', () => {
  it('makes gates refuse what the key signed; new tickets are signed by a new key at once', async () => {
    const stolen = await fetchTicket();
    expect(await present(issuer, stolen)).toMatchObject({ outcome: 'valid' });
    await condemnKey(issuer.ceremony(), '1.1');
    issuer.clock.advance(3000);
    expect(await present(issuer, stolen)).toEqual({ outcome: 'rejected', reason: 'key_revoked' });
    const fresh = await fetchTicket();
    expect(keyNoOf(fresh)).toBe(2);
    expect(await present(issuer, fresh)).toMatchObject({ outcome: 'valid' });
    expect(await statusesNow()).toEqual({ '1.1': 'compromised', '1.2': 'active' });
    const jwks = await issuer.anyone('GET /.well-known/jwks.json');
    expect(jwks.keys.map(({ kid }) => kid)).toEqual(['1.2']);
  });
});

describe('the command', () => {
  it('prints the keys, and one sentence when it cannot do what was asked', async () => {
    const listed = await runKeys('list');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(/^1\.1 {2}active/);
    expect((await runKeys('compromise', '2.1')).stderr).toBe(
      'There is no signing key 2.1. "keys list" shows those there are.\n',
    );
    for (const args of [[], ['rotate', 'now'], ['compromise'], ['--help']]) {
      expect(await runKeys(...args)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^Usage: /) as string,
      });
    }
    issuer.env['DATABASE_URL'] = 'postgres://nobody@127.0.0.1:1/none';
    expect((await runKeys('publish')).stderr).toBe('Not done: connect ECONNREFUSED 127.0.0.1:1\n');
    delete issuer.env['ROOT_KEY_FILE'];
    expect((await runKeys('publish')).stderr).toMatch(/ROOT_KEY_FILE/);
  });

  it('publish raises the version', async () => {
    await publishBundle(issuer.ceremony());
    issuer.clock.advance(3000);
    expect((await readTrust(issuer, 2)).version).toBe(2);
  });
});

describe('what the service publishes', () => {
  it('lets any JOSE library check a ticket', async () => {
    const jwks = await issuer.anyone('GET /.well-known/jwks.json');
    expect(jwks.keys[0]).toMatchObject({ alg: 'Ed25519', kid: '1.1', use: 'sig' });
    const jws = await expandToJws(decodeTicket(await fetchTicket()));
    const { protectedHeader } = await compactVerify(
      'ticket' in jws ? jws.ticket : '',
      createLocalJWKSet(jwks),
    );
    expect(protectedHeader).toEqual({ alg: 'Ed25519', kid: '1.1', typ: 'vd1-s' });
  });

  it('is not sent again to who has it', async () => {
    for (const path of ['/v1/trust-bundle', '/.well-known/jwks.json']) {
      const first = await fetch(`${issuer.url}${path}`);
      expect(first.headers.get('cache-control')).toBe('public, max-age=30');
      const headers = { 'if-none-match': first.headers.get('etag')! };
      expect((await fetch(`${issuer.url}${path}`, { headers })).status).toBe(304);
      await publishBundle(issuer.ceremony());
      issuer.clock.advance(3000);
      expect((await fetch(`${issuer.url}${path}`, { headers })).status).toBe(200);
    }
  });

  it('is what readiness depends on', async () => {
    const ready = async () => {
      const response = await fetch(`${issuer.url}/readyz`);
      return { ...((await response.json()) as { reason?: string }), status: response.status };
    };
    expect(await ready()).toMatchObject({ status: 200 });
    issuer.clock.advance(30 * day);
    expect(await ready()).toMatchObject({
      status: 503,
      reason: expect.stringMatching(/bundle has expired/) as string,
    });
    await issuer.db.deleteFrom('signing_keys').execute();
    issuer.clock.advance(3000);
    expect(await ready()).toMatchObject({
      status: 503,
      reason: expect.stringMatching(/no_signing_key/) as string,
    });
    rider = await issuer.signIn('0912000001');
    expect(await problemOf(fetchTicket())).toEqual({ status: 503, code: 'no_signing_key' });
    await issuer.db.deleteFrom('trust_bundles').execute();
    issuer.clock.advance(3000);
    expect(await problemOf(issuer.anyone('GET /v1/trust-bundle'))).toEqual({
      status: 503,
      code: 'no_trust_bundle',
    });
  });
});
