/** What a validator asks for now and then: its configuration, the trust bundle, the status lists; as refresh.ts of the real one. */
import { ApiError } from '@vedong/contracts';
import type { TrustedClock } from '@vedong/validator/clock/trusted-clock';
import type { Knowledge } from '@vedong/validator/trust/knowledge';
import { heedRevocation } from '@vedong/validator/trust/refresh';
import { ProcessDied } from './disk.ts';
import type { ValidatorWorld } from './validator-process.ts';

const patienceMilliseconds = 10_000;

interface Refreshing {
  knowledge: Knowledge;
  clock: TrustedClock;
  life: { isOver: boolean };
}

/** What was wrong with an answer changes nothing; a process may die over it. */
const keepingGoing =
  (name: string, { life }: Refreshing, { trace }: ValidatorWorld) =>
  async (take: () => void | Promise<void>): Promise<void> => {
    if (life.isOver) return;
    try {
      await take();
    } catch (error) {
      if (!(error instanceof ProcessDied)) trace(`${name} keeps what it has: ${(error as Error).message}`);
    }
  };

/** Takes time in the world, as the operator has to be asked. */
export async function refreshConfiguration(
  name: string,
  own: Refreshing,
  world: ValidatorWorld,
): Promise<void> {
  const { knowledge, clock } = own;
  const held = knowledge.configurationVersion();
  const answer = await world.operatorLine
    .call(
      () => world.readConfiguration(name, held),
      patienceMilliseconds,
      () => new ApiError(0, 'no_answer', 'the operator did not answer'),
    )
    .catch((error: unknown) => error as Error);
  await keepingGoing(
    name,
    own,
    world,
  )(() => {
    if (answer instanceof Error) heedRevocation(answer, knowledge, clock);
    else if (answer !== null) knowledge.takeConfiguration(answer);
  });
}

/** Bundle, then lists; each is taken or leaves what was there. Takes no time in the world. */
export async function refreshTrust(name: string, own: Refreshing, world: ValidatorWorld): Promise<void> {
  const { knowledge, life } = own;
  const { office, officeLine, random, badRefreshChance } = world;
  const attempt = keepingGoing(name, own, world);
  if (officeLine.isCut || random.chance(0.1)) return;
  const versionOf = (newest: number) =>
    random.chance(badRefreshChance) ? random.between(1, newest) : newest;
  const bundleVersion = versionOf(office.bundleVersion());
  if (knowledge.trust()?.bundle.version !== bundleVersion) {
    const text = await office.bundleText(bundleVersion);
    const isTorn = random.chance(badRefreshChance);
    await attempt(() => knowledge.takeTrustBundle(isTorn ? text.slice(0, -9) : text));
  }
  for (const wanted of life.isOver ? [] : knowledge.listWanted()) {
    const held = knowledge.lists.find(wanted.name);
    const version = versionOf(office.listVersion());
    if (held?.version === version && !held.isDoubtful) continue;
    const takesChanges = held && !held.isDoubtful && held.version < version && random.chance(0.6);
    const text = takesChanges
      ? await office.changesText(wanted.serviceDay, held.version, version)
      : await office.listText(wanted.serviceDay, version);
    const take = takesChanges ? knowledge.lists.takeDelta : knowledge.lists.takeFull;
    await attempt(() => take(wanted, text));
  }
  await attempt(() => knowledge.dropOldLists());
}
