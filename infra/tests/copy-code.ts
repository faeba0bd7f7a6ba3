/** F13 to its end: one code at gates cut off from each other, from the gates to the status list and back to a gate. */
import { join } from 'node:path';
import { createClient, type Client, type TapAnswer, type ValidatorApi } from '@vedong/contracts';
import { expect } from 'vitest';
import { findFreePort } from '../src/ports.ts';
import type { ManagedProcess } from '../src/processes.ts';
import { startService } from '../src/services.ts';
import type { Phone } from './phones.ts';
import { patience, type Scene } from './real-scene.ts';

const copies = 4;

interface CopyGate {
  gate: string;
  call: Client<ValidatorApi>;
  program: ManagedProcess;
}

/** Validators that cannot see each other, each with a bus reader at another place: nobody is at two of these at once. */
async function startCopyGates({ stack, dataFolder, operator }: Scene): Promise<CopyGate[]> {
  const { gates } = await operator('GET /v1/gates');
  const buses = gates.filter(({ kind, gateId: id }) => kind === 'board' && id.startsWith('bus-'));
  return Promise.all(
    Array.from({ length: copies }, async (_, number) => {
      const { validatorId, enrolmentCode } = await operator('POST /v1/validators', {
        body: { name: `Bus ${number}` },
      });
      const gate = `copy-${number}`;
      const { lineId, place } = buses[number]!;
      await operator('PUT /v1/gates', {
        body: { gates: [{ gateId: gate, kind: 'board', lineId, placeId: place.placeId, validatorId }] },
      });
      const port = await findFreePort();
      const program = await startService({
        name: 'validator',
        port,
        logFolder: join(dataFolder, 'logs'),
        env: {
          DATA_FOLDER: join(dataFolder, `validator-${number}`),
          ISSUER_URL: stack.issuerUrl,
          OPERATOR_URL: stack.operatorUrl,
          ENROLMENT_CODE: enrolmentCode,
        },
      });
      return { gate, program, call: createClient<ValidatorApi>(`http://127.0.0.1:${port}`) };
    }),
  );
}

/** Every use is found on upload, one is charged, and the next list has the card. */
export async function copyOneCode(scene: Scene): Promise<{ shown: number; found: number }> {
  const { stack, operator, newPhones, tap } = scene;
  const gates = await startCopyGates(scene);

  const [phone] = (await newPhones(1)) as [Phone];
  const { issuer, cardId, cardRef } = phone;
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  const listVersion = async () =>
    Math.max(...(await validator('GET /v1/status')).statusLists.map(({ version }) => version));
  const versionBefore = await listVersion();

  await stack.operator.kill('SIGKILL');
  await stack.issuer.kill('SIGKILL');
  const code = await phone.show();
  const answers: TapAnswer[] = [];
  for (const { gate, call } of gates)
    answers.push(await call('POST /v1/taps', { body: { gate, ticket: code } }));
  for (const answer of answers) expect(answer).toMatchObject({ outcome: 'accepted', guard: 'local' });
  const tapIds = answers.map(({ tapId }) => tapId);

  await stack.issuer.start();
  await stack.operator.start();
  await operator('POST /v1/sign-in', { body: stack.staff });
  const findIncident = async () =>
    (await operator('GET /v1/incidents', { query: { cardRef, class: 'copy' } })).incidents[0];
  await expect
    .poll(findIncident, patience)
    .toMatchObject({ count: copies - 1, consequence: 'block', block: 'blocked' });
  const { incidentId } = (await findIncident())!;
  const { taps } = await operator('GET /v1/incidents/{incidentId}', { params: { incidentId } });
  expect(taps.map(({ tapId }) => tapId).toSorted()).toEqual(tapIds.toSorted());
  expect(taps.filter(({ counts }) => counts)).toHaveLength(1);

  // One fare: for the operator, and for the rider.
  const params = { cardId };
  const { trips } = await operator('GET /v1/trips', { query: { cardRef } });
  expect(trips).toHaveLength(1);
  const listCharged = async () => {
    const { trips: own } = await issuer('GET /v1/cards/{cardId}/trips', { params, query: {} });
    return own.filter(({ fare }) => (fare?.amount ?? 0) > 0).map(({ tripId }) => tripId);
  };
  // Which of the taps counts may have changed as the journals arrived, and the charge with it.
  await expect.poll(listCharged, patience).toEqual([trips[0]!.tripId]);

  // The next list has the card, and a gate of the metro refuses its next code.
  await expect.poll(listVersion, patience).toBeGreaterThan(versionBefore);
  expect(await tap('2A-01-in', await phone.show())).toMatchObject({
    outcome: 'rejected',
    reason: 'suspended',
  });
  const { cards } = await issuer('GET /v1/cards');
  expect(cards.find((card) => card.cardId === cardId)).toMatchObject({ state: 'blocked' });
  process.stdout.write(
    `F13: one code accepted at ${copies} gates cut off from each other; on upload ${taps.length} of ${copies} uses found, 1 trip and 1 fare, the card in the next status list and refused as suspended at a metro gate\n`,
  );
  for (const { program } of gates) await program.stop();
  return { shown: answers.length, found: taps.length };
}
