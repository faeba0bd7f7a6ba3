/** F17 on the real issuer: its keys are rotated, retired and condemned while riders show codes at a real gate. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TapAnswer } from '@vedong/contracts';
import { expect } from 'vitest';
import { readBundle, runKeys, trustVersionAt } from './keys-command.ts';
import type { Phone } from './phones.ts';
import { patience, type Scene } from './real-scene.ts';

const gateId = '2A-01-in';

/** The issuer gives this bundle, which it looks for twice a second, and the gate has it. */
async function gateKnows(stack: Scene['stack'], version: number): Promise<void> {
  await expect.poll(async () => (await readBundle(stack)).version, patience).toBe(version);
  await expect.poll(() => trustVersionAt(stack), patience).toBe(version);
}

/** Cards whose certificates the key has signed; the issuer takes a new key within seconds. */
async function phonesOfKey({ newPhones }: Scene, keyNo: number, count: number): Promise<Phone[]> {
  const phones = await newPhones(1);
  while (phones.at(-1)!.keyNo !== keyNo) {
    await sleep(200);
    phones.push(...(await newPhones(1)));
  }
  return [phones.at(-1)!, ...(await newPhones(count - 1))];
}

const expectOpens = async ({ tap }: Scene, phones: readonly Phone[]): Promise<void> => {
  for (const { show, keyNo } of phones)
    expect([keyNo, await tap(gateId, await show())]).toMatchObject([
      keyNo,
      { outcome: 'accepted', repeat: false },
    ]);
};

/** Shows the codes of some cards over and over, as riders and their copies do, until told to stop. */
function startShowing({ tap }: Scene, phones: readonly Phone[]) {
  const stopping = new AbortController();
  const given: { answeredAt: number; answer: TapAnswer }[] = [];
  const showing = (async () => {
    while (!stopping.signal.aborted) {
      for (const { show } of phones) {
        const answer = await tap(gateId, await show());
        given.push({ answeredAt: performance.now(), answer });
      }
      await sleep(10);
    }
  })();
  return {
    given,
    async stop() {
      stopping.abort();
      await showing;
    },
  };
}

/** No ticket is refused while keys change, and none of a condemned key opens once the gate knows. */
export async function changeKeysUnderRiders(scene: Scene): Promise<{ acceptedLate: number }> {
  const { stack, dataFolder, newPhones, tap } = scene;

  let { version } = await readBundle(stack);
  const first = await newPhones(7);
  expect(first[0]!.keyNo).toBe(1);

  // In mid-flight: published, and for some seconds the old key signs on.
  await runKeys(stack, dataFolder, ['rotate'], 3);
  await gateKnows(stack, (version += 1));
  expect((await readBundle(stack)).keys).toEqual({ '1.1': 'active', '1.2': 'active' });
  await expectOpens(scene, first.slice(0, 2));
  // Late: the new key signs, and what is published still calls the old one active.
  const second = await phonesOfKey(scene, 2, 8);
  expect((await readBundle(stack)).keys['1.1']).toBe('active');
  await expectOpens(scene, [...first.slice(2, 4), ...second.slice(0, 2)]);

  // Early: retired at once, two days before the last certificate it signed ends.
  await runKeys(stack, dataFolder, ['rotate']);
  await gateKnows(stack, (version += 1));
  expect((await readBundle(stack)).keys).toEqual({ '1.1': 'retired', '1.2': 'retired', '1.3': 'active' });
  const third = await phonesOfKey(scene, 3, 3);
  await expectOpens(scene, [...first.slice(4, 6), ...second.slice(2, 4), ...third.slice(0, 1)]);

  const copies = startShowing(scene, second.slice(4, 6));
  await expect.poll(() => copies.given.length, patience).toBeGreaterThan(4);
  const toldAt = performance.now();
  await runKeys(stack, dataFolder, ['compromise', '1.2']);
  const condemnedAt = performance.now();
  await gateKnows(stack, (version += 1));
  const knownAt = performance.now();
  const listLate = () => copies.given.filter(({ answeredAt }) => answeredAt > knownAt);
  await expect.poll(() => listLate().length, patience).toBeGreaterThan(4);
  await copies.stop();
  expect((await readBundle(stack)).keys['1.2']).toBe('compromised');
  const isAccepted = ({ answer }: (typeof copies.given)[number]) => answer.outcome === 'accepted';
  const late = listLate();
  // The one under way when the gate was told may have been judged before.
  expect(new Set(late.slice(1).map(({ answer }) => answer.reason))).toEqual(new Set(['key_revoked']));
  for (const { show } of second.slice(6))
    expect(await tap(gateId, await show())).toMatchObject({ reason: 'key_revoked' });
  await expectOpens(scene, [...first.slice(6), ...third.slice(1)]);
  const lastAccepted = Math.max(
    toldAt,
    ...copies.given.filter(isAccepted).map(({ answeredAt }) => answeredAt),
  );
  const opened = first.length + 4 + third.length;
  process.stdout.write(
    `F17: three keys of the real issuer, rotated, retired late and early: ${opened} tickets of cards with certificates of each, none refused; the condemned key's last ticket accepted ${Math.max(0, Math.round(lastAccepted - condemnedAt))} ms after the command ended, ${late.length + 2} shown after the gate knew, none accepted\n`,
  );
  return { acceptedLate: late.slice(1).filter(isAccepted).length };
}
