/** An operator on a database of its own, with a signed-in staff member and validators that sign, for a test file. */
import { createClient, type IssuerApi, type OperatorApi } from '@vedong/contracts';
import { silentLog } from '@vedong/runtime/log';
import { simulateClock } from '@vedong/testing/clock';
import { serve } from '@vedong/testing/http';
import { createTestDatabase } from '@vedong/testing/postgres';
import { hanoiCalendar } from '@vedong/travel';
import { createApp } from '../src/app.ts';
import { migrateOperator, openOperatorDatabase } from '../src/db/database.ts';
import { saveStaff } from '../src/db/staff.ts';
import { makeTrips } from '../src/make-trips.ts';
import { hashPassword } from '../src/password.ts';
import { sendCardBlocks } from '../src/send-card-blocks.ts';
import { sendCharges } from '../src/send-charges.ts';

export const account = { email: 'staff@example.org', password: 'correct horse battery' };
export const serviceToken = 'service-token-for-tests-of-32-characters';
export const rootKey = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };

export const poolSize = 5;

export async function startTestOperator(
  startsAt = '2026-11-23T08:00:00+07:00',
  usedPoolSize = poolSize,
  issuerUrl = 'http://127.0.0.1:1',
) {
  const database = await createTestDatabase(migrateOperator);
  const db = openOperatorDatabase(database.url, usedPoolSize);
  const clock = simulateClock(startsAt);
  const { app, context } = createApp({
    db,
    clock,
    log: silentLog,
    calendar: hanoiCalendar,
    issuer: createClient<IssuerApi>(issuerUrl),
    rootKey,
    serviceToken,
    cookieSecure: true,
    trustedProxies: 1,
  });
  const server = await serve(app);
  await saveStaff(db, {
    email: account.email,
    name: 'Lan',
    passwordHash: await hashPassword(account.password),
  });
  const { cookie } = await signIn(server.url);
  const clientOf = (headers: Record<string, string> = {}) =>
    createClient<OperatorApi>(server.url, { headers: () => headers });
  return {
    url: server.url,
    db,
    clock,
    context,
    databaseUrl: database.url,
    cookie,
    clientOf,
    anyone: clientOf(),
    staff: clientOf({ cookie }),
    /** Works the pairing queue off. */
    async pair() {
      while (await makeTrips(context));
    },
    sendCharges: (issuerUrl: string) =>
      sendCharges(
        context,
        createClient<IssuerApi>(issuerUrl, { headers: () => ({ authorization: 'Bearer token' }) }),
      ),
    sendCardBlocks: (issuerUrl: string) =>
      sendCardBlocks(
        context,
        createClient<IssuerApi>(issuerUrl, { headers: () => ({ authorization: 'Bearer token' }) }),
      ),
    async stop() {
      await server.stop();
      await db.destroy();
      await database.drop();
    },
  };
}
export type TestOperator = Awaited<ReturnType<typeof startTestOperator>>;

/** Posts a sign-in; `cookie` is what a browser would send from then on. */
export async function signIn(url: string, body: object = account, address = '203.0.113.1') {
  const response = await fetch(`${url}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
  const setCookie = response.headers.get('set-cookie') ?? '';
  return { response, setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

/** A line of metro with gates `m1-in` to `m4-out` and a bus with gate `b1`, all served by one validator. */
export async function putTestNetwork({ staff }: TestOperator, validatorId: string): Promise<void> {
  const stations = [1, 2, 3, 4];
  await staff('PUT /v1/network', {
    body: {
      // 1.5 km apart.
      places: stations.map((n) => ({
        placeId: `p${n}`,
        nameVi: `Ga ${n}`,
        nameEn: `Station ${n}`,
        latitude: 21 + n * 0.0135,
        longitude: 105.8,
      })),
      lines: [
        { lineId: 'M', nameVi: 'Tuyến M', nameEn: 'Line M', mode: 'metro', agency: 'Metro', scope: 1001 },
        { lineId: '32', nameVi: 'Buýt 32', nameEn: 'Bus 32', mode: 'bus', agency: 'Bus', scope: 32 },
      ],
    },
  });
  await staff('PUT /v1/gates', {
    body: {
      gates: [
        ...stations.flatMap((n) =>
          (['in', 'out'] as const).map((way) => ({
            gateId: `m${n}-${way}`,
            kind: way === 'in' ? ('entry' as const) : ('exit' as const),
            lineId: 'M',
            placeId: `p${n}`,
            validatorId,
          })),
        ),
        { gateId: 'b1', kind: 'board', lineId: '32', placeId: 'p1', validatorId },
      ],
    },
  });
}

/** The same value a number of times. */
export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
