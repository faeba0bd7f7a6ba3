/** The three services in this process on one clock: time goes by as usual, and by leaps when a test says so. */
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client, type IssuerApi, type OperatorApi } from '@vedong/contracts';
import { createApp as createIssuer } from '@vedong/issuer/app';
import { readKeysConfig, readServiceConfig } from '@vedong/issuer/config';
import { migrateIssuer, openIssuerDatabase } from '@vedong/issuer/db/database';
import { initKeys } from '@vedong/issuer/key-ceremony';
import { createSendCode } from '@vedong/issuer/send-code';
import { createVault } from '@vedong/issuer/vault';
import { createApp as createOperator } from '@vedong/operator/app';
import { startBackgroundWork } from '@vedong/operator/background-work';
import { migrateOperator, openOperatorDatabase } from '@vedong/operator/db/database';
import { saveStaff } from '@vedong/operator/db/staff';
import { importTariff } from '@vedong/operator/import-tariff';
import { hashPassword } from '@vedong/operator/password';
import { readTariffFolder } from '@vedong/operator/read-tariff-files';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import { silentLog } from '@vedong/runtime/log';
import { serve, type TestServer } from '@vedong/testing/http';
import { createTestDatabase } from '@vedong/testing/postgres';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { hanoiCalendar } from '@vedong/travel';
import { createValidator } from '@vedong/validator/app';
import { readValidatorConfig } from '@vedong/validator/config';
import { readDemoCity } from '../src/demo/city.ts';
import { createSessionClient } from '../src/demo/session-client.ts';
import { tariffFolder } from '../src/demo/tariff.ts';
import { buildPages } from '../src/pages.ts';
import { projectRoot } from '../src/project.ts';

export const staff = { email: 'staff@example.org', password: 'correct horse battery' };
const serviceToken = 'service-token-for-tests-of-32-characters';

export interface ServicesByOneClock {
  issuerUrl: string;
  operatorUrl: string;
  validatorUrl: string;
  /** Calls the operator as staff. */
  operator: Client<OperatorApi>;
  turnOn(milliseconds: number): void;
  stop(): Promise<void>;
}

/** With the demo city and its tariff; without Redis. */
export async function startServicesByOneClock(): Promise<ServicesByOneClock> {
  let ahead = 0;
  const clock: Clock = {
    nowMilliseconds: () => Date.now() + ahead,
    monotonicMilliseconds: () => performance.now() + ahead,
  };
  await buildPages();
  const folder = makeTemporaryFolder();
  const issuer = await startIssuer(clock, folder);
  const operator = await startOperator(clock, issuer);
  const { call, enrolmentCode } = await openCity(operator.url);
  const { app, close } = await createValidator(
    readValidatorConfig({
      DATA_FOLDER: join(folder, 'validator'),
      OPERATOR_URL: operator.url,
      ISSUER_URL: issuer.url,
      ENROLMENT_CODE: enrolmentCode,
      REFRESH_SECONDS: '1',
    }),
    clock,
    silentLog,
  );
  const validator = await serve(app);
  return {
    issuerUrl: issuer.url,
    operatorUrl: operator.url,
    validatorUrl: validator.url,
    operator: call,
    turnOn: (milliseconds) => void (ahead += milliseconds),
    async stop() {
      await validator.stop();
      close();
      await operator.stop();
      await issuer.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startIssuer(clock: Clock, folder: string): Promise<TestServer & { rootKey: object }> {
  const database = await createTestDatabase(migrateIssuer);
  const db = openIssuerDatabase(database.url, 3);
  const env = {
    DATABASE_URL: database.url,
    KEY_ENCRYPTION_KEY: 'key-encryption-key-of-the-tests-0123456789',
    SERVICE_TOKEN: serviceToken,
    ROOT_KEY_FILE: join(folder, 'root-key'),
    PUBLIC_URL: 'http://localhost',
    DEMO: '1',
  };
  const vault = createVault(env.KEY_ENCRYPTION_KEY);
  await initKeys({ db, vault, config: readKeysConfig(env), nowSeconds: nowSeconds(clock) });
  const config = readServiceConfig(env);
  const sendCode = createSendCode(config.codeDelivery);
  const parts = { db, clock, log: silentLog, config, newId: randomUUIDv7, sendCode };
  const { app, endStreams } = createIssuer(parts);
  const server = await serve(app);
  return {
    url: server.url,
    rootKey: JSON.parse(readFileSync(`${env.ROOT_KEY_FILE}.public.json`, 'utf8')) as object,
    async stop() {
      endStreams();
      await server.stop();
      await db.destroy();
      await database.drop();
    },
  };
}

async function startOperator(
  clock: Clock,
  { url, rootKey }: { url: string; rootKey: object },
): Promise<TestServer> {
  const database = await createTestDatabase(migrateOperator);
  const db = openOperatorDatabase(database.url, 5);
  const issuer = createClient<IssuerApi>(url, {
    headers: () => ({ authorization: `Bearer ${serviceToken}` }),
  });
  const { app, context } = createOperator({
    db,
    clock,
    log: silentLog,
    calendar: hanoiCalendar,
    rootKey: { ...rootKey },
    issuer,
    serviceToken,
    cookieSecure: false,
    trustedProxies: 0,
    pagesFolder: join(projectRoot, 'services/operator-console/dist'),
  });
  const { email, password } = staff;
  await saveStaff(db, { email, name: 'Lan', passwordHash: await hashPassword(password) });
  const now = new Date(clock.nowMilliseconds());
  const plan = { from: '2025-08-01', to: null, importedBy: email, now };
  await importTariff(db, await readTariffFolder(tariffFolder), plan);
  const server = await serve(app);
  const stopWork = startBackgroundWork(context, issuer);
  return {
    url: server.url,
    async stop() {
      await stopWork();
      await server.stop();
      await db.destroy();
      await database.drop();
    },
  };
}

/** The whole demo city, served by one validator that has yet to enrol. */
async function openCity(operatorUrl: string): Promise<{ call: Client<OperatorApi>; enrolmentCode: string }> {
  const { places, lines, gates } = readDemoCity();
  const call = createSessionClient<OperatorApi>(operatorUrl);
  await call('POST /v1/sign-in', { body: staff });
  await call('PUT /v1/network', { body: { places, lines } });
  const { validatorId, enrolmentCode } = await call('POST /v1/validators', { body: { name: 'Xe buýt 32' } });
  await call('PUT /v1/gates', { body: { gates: gates.map((gate) => ({ ...gate, validatorId })) } });
  return { call, enrolmentCode };
}
