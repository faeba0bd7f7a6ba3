/** An issuer on a database of its own, as its callers see it: by HTTP, at a time the test decides. */
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client, type IssuerApi } from '@vedong/contracts';
import { silentLog } from '@vedong/runtime/log';
import { nowSeconds } from '@vedong/runtime/clock';
import { simulateClock, type SimulatedClock } from '@vedong/testing/clock';
import { serve } from '@vedong/testing/http';
import { createTestDatabase } from '@vedong/testing/postgres';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { RootPublicJwk } from '@vedong/ticket';
import { createApp } from '../src/app.ts';
import { readKeysConfig, readServiceConfig } from '../src/config.ts';
import { migrateIssuer, openIssuerDatabase, type IssuerDb } from '../src/db/database.ts';
import { initKeys, type Ceremony } from '../src/key-ceremony.ts';
import { createSendCode } from '../src/send-code.ts';
import { createVault } from '../src/vault.ts';

export const serviceToken = 'service-token-of-the-tests-0123456789';

export interface IssuerUnderTest {
  url: string;
  env: Record<string, string>;
  db: IssuerDb;
  clock: SimulatedClock;
  /** What gates pin. */
  rootJwk: RootPublicJwk;
  /** For the functions behind the keys command, at the clock's time. */
  ceremony(): Ceremony;
  /** Nobody signed in. */
  anyone: Client<IssuerApi>;
  /** Calls as the operator. */
  operator: Client<IssuerApi>;
  signIn(phone: string): Promise<Rider>;
  /** Another process of the same issuer. */
  startAnother(variables?: Record<string, string | undefined>): Promise<RunningApp>;
  stop(): Promise<void>;
}

export interface RunningApp {
  url: string;
  /** Nobody signed in. */
  anyone: Client<IssuerApi>;
  stop(): Promise<void>;
}

export interface Rider {
  call: Client<IssuerApi>;
  riderId: string;
  cookie: string;
  makeCard(): Promise<string>;
}

export async function startIssuer(variables: Record<string, string> = {}): Promise<IssuerUnderTest> {
  const database = await createTestDatabase(migrateIssuer);
  const folder = makeTemporaryFolder();
  const env = {
    DATABASE_URL: database.url,
    KEY_ENCRYPTION_KEY: 'key-encryption-key-of-the-tests-0123456789',
    SERVICE_TOKEN: serviceToken,
    ROOT_KEY_FILE: join(folder, 'root-key'),
    PUBLIC_URL: 'https://issuer.example',
    DEMO: '1',
    WELCOME_CREDIT: '0',
    ...variables,
  };
  const clock = simulateClock('2026-11-23T10:00:00.000+07:00');
  const db = openIssuerDatabase(env.DATABASE_URL, 5);
  const vault = createVault(env.KEY_ENCRYPTION_KEY);
  const ceremony = () => ({ db, vault, config: readKeysConfig(env), nowSeconds: nowSeconds(clock) });
  await initKeys(ceremony());
  const startApp = async (changes: Record<string, string | undefined> = {}): Promise<RunningApp> => {
    const config = readServiceConfig({ ...env, ...changes });
    const sendCode = createSendCode(config.codeDelivery);
    const { app } = createApp({ db, clock, log: silentLog, config, newId: randomUUIDv7, sendCode });
    const server = await serve(app);
    return { ...server, anyone: createClient<IssuerApi>(server.url) };
  };
  const server = await startApp();
  return {
    url: server.url,
    env,
    db,
    clock,
    rootJwk: JSON.parse(readFileSync(`${env.ROOT_KEY_FILE}.public.json`, 'utf8')) as RootPublicJwk,
    ceremony,
    anyone: server.anyone,
    operator: createClient<IssuerApi>(server.url, {
      headers: () => ({ authorization: `Bearer ${serviceToken}` }),
    }),
    signIn: (phone) => signIn(server.url, phone),
    startAnother: startApp,
    async stop() {
      await server.stop();
      await db.destroy();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function signIn(url: string, phone: string): Promise<Rider> {
  const { demoCode } = await createClient<IssuerApi>(url)('POST /v1/sign-in/codes', { body: { phone } });
  const response = await postJson(`${url}/v1/sign-in`, { phone, code: demoCode });
  const { riderId } = (await response.json()) as { riderId: string };
  const cookie = (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
  const call = createClient<IssuerApi>(url, { headers: () => ({ cookie }) });
  const makeCard = async () => {
    const { cardId } = await call('POST /v1/cards', { body: { nickname: 'Thẻ của tôi', colour: 'lotus' } });
    return cardId;
  };
  return { call, riderId, cookie, makeCard };
}

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** `{status, code}` of an error answer; fails where there was none. */
export async function problemOf(call: Promise<unknown>): Promise<{ status: number; code: string }> {
  const error = await call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (cause: unknown) => cause as { status: number; code: string },
  );
  return { status: error.status, code: error.code };
}
