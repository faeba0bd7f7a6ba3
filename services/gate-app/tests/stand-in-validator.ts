/** Builds the page and serves it as a validator does, with the contract's answers under the test's control. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TapAnswer, validatorApi, type ValidatorStatus } from '@vedong/contracts';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { serve, type TestServer } from '@vedong/testing/http';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { build } from 'vite';

export interface StandInValidator extends TestServer {
  /** Every ticket text posted, oldest first. */
  posted: string[];
  /** Added to the next answers: `{ outcome: 'rejected', reason: 'stale' }`. */
  answer: Partial<TapAnswer>;
  /** Changes to what GET /v1/status says. */
  status: Partial<ValidatorStatus>;
}

export async function startStandInValidator(): Promise<StandInValidator> {
  const pagesFolder = makeTemporaryFolder();
  await build({
    configFile: join(import.meta.dirname, '../vite.config.ts'),
    build: { outDir: pagesFolder, emptyOutDir: true },
    logLevel: 'warn',
  });
  const standIn = { posted: [] as string[], answer: {}, status: {} } as StandInValidator;
  const app = createHttpApp({
    service: 'validator',
    log: silentLog,
    api: validatorApi,
    handlers: {
      'POST /v1/taps': ({ body }) => {
        standIn.posted.push(body.ticket);
        return { ...acceptedAt(body.gate), ...standIn.answer };
      },
      'GET /v1/status': () => ({ ...workingStatus(), ...standIn.status }),
    },
    authenticators: {},
    notReady: async () => null,
    registry: createRegistry('validator'),
    bodyLimitBytes: 16_384,
    trustedProxies: 0,
    pagesFolder,
  });
  const server = await serve(app);
  return Object.assign(standIn, server, {
    async stop() {
      await server.stop();
      rmSync(pagesFolder, { recursive: true });
    },
  });
}

const acceptedAt = (gate: string): TapAnswer => ({
  tapId: randomUUID(),
  outcome: 'accepted',
  guard: 'redis',
  gate,
  at: new Date().toISOString(),
  repeat: false,
  ticket: { product: 0, concession: 0 },
});

function workingStatus(): ValidatorStatus {
  const now = new Date();
  return {
    validatorId: 'v-1',
    revokedAt: null,
    now: now.toISOString(),
    gates: [
      gateAt('2A-01-in', 'Cát Linh', 'Cat Linh'),
      gateAt('2A-03-in', 'Láng', 'Lang'),
      gateAt('2A-04-in', 'Thượng Đình', 'Thuong Dinh'),
    ],
    guard: 'redis',
    trust: { version: 1, expiresAt: new Date(now.getTime() + 86_400_000).toISOString() },
    changes: 'pushed',
    statusLists: [],
    journal: { lastSeq: 7, unsent: 0, lastDeliveredAt: now.toISOString() },
  };
}

const gateAt = (gateId: string, nameVi: string, nameEn: string): ValidatorStatus['gates'][number] => ({
  gateId,
  kind: 'entry',
  mode: 'metro',
  lineId: '2A',
  lineScope: 2,
  lineName: '2A Cát Linh – Hà Đông',
  place: { placeId: gateId, nameVi, nameEn, latitude: 21.0, longitude: 105.8 },
});
