/** What a validator does when the operator has revoked it, and with what it is told of an older version. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, startValidator } from './test-validator.ts';

let city: TestCity;
beforeEach(async () => {
  city = await startTestCity();
});
afterEach(() => city.stop());

const patienceSeconds = 30;

it('opens no more once it is revoked, says so, and after a start without a network too', async () => {
  let validator = await startReadyValidator({ city });
  expect(await validator.tap(await city.ticket())).toMatchObject({ outcome: 'accepted' });
  expect((await validator.status()).revokedAt).toBeNull();
  city.state.isValidatorRevoked = true;
  await eventually(async () => (await validator.status()).revokedAt !== null, patienceSeconds);
  await expect(validator.tap(await city.ticket())).rejects.toMatchObject({
    status: 503,
    code: 'validator_revoked',
  });
  expect(await (await fetch(`${validator.url}/readyz`)).json()).toMatchObject({
    reason: 'The operator has revoked this validator.',
  });
  const { revokedAt } = await validator.status();

  await validator.stop();
  city.state.isUp = false;
  validator = await startValidator({ city, folder: validator.folder });
  expect((await validator.status()).revokedAt).toBe(revokedAt);
  await expect(validator.tap(await city.ticket())).rejects.toMatchObject({ code: 'validator_revoked' });

  // A refusal that was not the operator's own does not last.
  city.state.isValidatorRevoked = false;
  city.state.isUp = true;
  await eventually(async () => (await validator.status()).revokedAt === null, patienceSeconds);
  expect(await validator.tap(await city.ticket())).toMatchObject({ outcome: 'accepted' });
  await validator.stop();
});

it('takes no older configuration, across a restart too', async () => {
  city.state.configuration = { ...city.state.configuration, version: 5 };
  let validator = await startReadyValidator({ city });
  const gatesKnown = async () => (await validator.status()).gates.length;
  const [first] = city.state.configuration.gates;
  const older = { ...city.state.configuration, version: 4, gates: [first!] };
  city.state.configuration = older;
  await validator.stop();
  validator = await startReadyValidator({ city, folder: validator.folder });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await gatesKnown()).toBe(2);
  city.state.configuration = { ...older, version: 6 };
  await eventually(async () => (await gatesKnown()) === 1, patienceSeconds);
  await validator.stop();
});
