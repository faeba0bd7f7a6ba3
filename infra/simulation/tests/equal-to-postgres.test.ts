/**
 * The stores that the simulation keeps in memory, held against the real operator and issuer on PostgreSQL: the same
 * batches and charges, doubled, late and out of order as a seed has them, get the same answers and leave the same books.
 */
import { generateKeyPairSync, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { createClient, type Charge, type IssuerApi } from '@vedong/contracts';
import { takeCharges } from '@vedong/issuer/charges';
import type { ServiceConfig } from '@vedong/issuer/config';
import { migrateIssuer, openIssuerDatabase } from '@vedong/issuer/db/database';
import { putTerms } from '@vedong/issuer/db/terms';
import { createApp } from '@vedong/operator/app';
import { migrateOperator, openOperatorDatabase } from '@vedong/operator/db/database';
import { importTariff } from '@vedong/operator/import-tariff';
import { closeOverdueTrips, makeTrips } from '@vedong/operator/make-trips';
import { readTariffFolder } from '@vedong/operator/read-tariff-files';
import { revokeValidator } from '@vedong/operator/revoke-validator';
import { takeTapBatch } from '@vedong/operator/take-tap-batch';
import { silentLog } from '@vedong/runtime/log';
import { simulateClock } from '@vedong/testing/clock';
import { createTestDatabase } from '@vedong/testing/postgres';
import { CompactSign } from 'jose';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/project.ts';
import { calendar, demoNetwork } from '../src/city.ts';
import { openBatch } from '../src/sealed-batch.ts';
import { issuerNumber } from '../src/trust-office.ts';
import { runSeed, type Foundations } from '../src/world.ts';

const seeds = 3;

/** What reached the back office, when, and what it answered; a problem by its code. */
type Step = { now: number } & (
  | { kind: 'batch'; sealed: string; answer: unknown }
  | { kind: 'charges'; charges: readonly Charge[]; answer: unknown }
  | { kind: 'pair' | 'close_overdue' }
  | { kind: 'revoke'; validatorId: string }
);

const answerOrCode = <T>(act: () => T): T | string => {
  try {
    return act();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** Writes down what happens at the simulated operator and issuer. */
function listen({ operator, issuer, scheduler }: Foundations): Step[] {
  const steps: Step[] = [];
  const { takeBatch, makeTrips, closeOverdueTrips, revoke } = operator;
  const { takeCharges } = issuer;
  operator.takeBatch = (sealed) => {
    steps.push({
      kind: 'batch',
      now: scheduler.now(),
      sealed,
      answer: answerOrCode(() => takeBatch(sealed)),
    });
    return takeBatchAgain(steps);
  };
  const takeBatchAgain = (all: Step[]) => {
    const last = all.at(-1) as Step & { kind: 'batch' };
    if (typeof last.answer === 'string') throw Object.assign(new Error(last.answer), { code: last.answer });
    return last.answer as ReturnType<typeof takeBatch>;
  };
  operator.revoke = (validatorId) => {
    steps.push({ kind: 'revoke', now: scheduler.now(), validatorId });
    revoke(validatorId);
  };
  operator.makeTrips = () => {
    steps.push({ kind: 'pair', now: scheduler.now() });
    makeTrips();
  };
  operator.closeOverdueTrips = () => {
    steps.push({ kind: 'close_overdue', now: scheduler.now() });
    closeOverdueTrips();
  };
  issuer.takeCharges = (charges, now) => {
    const answer = takeCharges(charges, now);
    steps.push({ kind: 'charges', now, charges, answer });
    return answer;
  };
  return steps;
}

async function openRealOperator({ city, plan }: Foundations) {
  const database = await createTestDatabase(migrateOperator);
  const db = openOperatorDatabase(database.url, 3);
  const clock = simulateClock(plan.startsAtSeconds * 1000);
  const { context } = createApp({
    db,
    clock,
    log: silentLog,
    calendar,
    issuer: createClient<IssuerApi>('http://127.0.0.1:1'),
    rootKey: {},
    serviceToken: 'service-token-for-tests-of-32-characters',
    cookieSecure: true,
    trustedProxies: 0,
  });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const rows = {
    places: demoNetwork.places,
    lines: demoNetwork.lines,
    validators: city.validators.map(({ validatorId }) => ({ validatorId, x })),
    gates: [...city.gates.values()].map(({ place, ...gate }) => ({ ...gate, placeId: place.placeId })),
  };
  const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
  await sql`insert into places select * from jsonb_to_recordset(${json(rows.places)}) as p("placeId" text, "nameVi" text,
    "nameEn" text, latitude float, longitude float)`.execute(db);
  await sql`insert into lines (line_id, name_vi, name_en, mode, agency, scope, tap_policy)
    select * from jsonb_to_recordset(${json(rows.lines)}) as l("lineId" text, "nameVi" text, "nameEn" text, mode text,
    agency text, scope integer, "tapPolicy" text)`.execute(db);
  await sql`insert into validators (validator_id, name, public_key) select "validatorId", "validatorId", x
    from jsonb_to_recordset(${json(rows.validators)}) as v("validatorId" text, x text)`.execute(db);
  await sql`insert into gates (gate_id, kind, line_id, place_id, validator_id)
    select * from jsonb_to_recordset(${json(rows.gates)}) as g("gateId" text, kind text, "lineId" text, "placeId" text,
    "validatorId" text)`.execute(db);
  await importTariff(db, await readTariffFolder(join(projectRoot, 'infra/demo-city/gtfs')), {
    from: '2025-08-01',
    to: null,
    name: undefined,
    importedBy: 'test',
    now: new Date(plan.startsAtSeconds * 1000),
  });
  const sign = (payload: object, validatorId: string) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'Ed25519', typ: 'vd1-taps', kid: validatorId })
      .sign(privateKey);
  return { db, clock, context, sign, close: () => db.destroy().then(() => database.drop()) };
}

async function openRealIssuer({ cards, city, plan }: Foundations) {
  const database = await createTestDatabase(migrateIssuer);
  const db = openIssuerDatabase(database.url, 3);
  const clock = simulateClock(plan.startsAtSeconds * 1000);
  const days = cards.flatMap(({ cardId, statusIdx, refs }) =>
    [...refs].map(([day, ref]) => ({
      card_id: cardId,
      status_idx: statusIdx,
      service_day: day,
      card_ref: ref,
    })),
  );
  const cardRows = JSON.stringify(cards.map(({ cardId }) => ({ card_id: cardId })));
  await sql`insert into riders (rider_id, phone_hash, phone_sealed, created_at)
    select card_id, decode(md5(card_id::text), 'hex'), '', now()
    from jsonb_to_recordset(${cardRows}::jsonb) as c(card_id uuid)`.execute(db);
  await sql`insert into cards (card_id, rider_id, nickname, colour, created_at) select card_id, card_id, 'card', 'green', now()
    from jsonb_to_recordset(${cardRows}::jsonb) as c(card_id uuid)`.execute(db);
  await sql`insert into card_days (service_day, card_id, card_ref, status_idx)
    select service_day, card_id, card_ref, status_idx from jsonb_to_recordset(${JSON.stringify(days)}::jsonb)
    as d(service_day date, card_id uuid, card_ref text, status_idx integer)`.execute(db);
  const { tariffId, terms } = city.tariff;
  await putTerms(db, [{ tariffId, from: '2025-08-01', to: null, terms }]);
  const config = { issuerNumber, calendar } as ServiceConfig;
  return { db, clock, config, close: () => db.destroy().then(() => database.drop()) };
}

it(`${seeds} seeds leave the same books in memory and in PostgreSQL`, { timeout: 900_000 }, async () => {
  for (let done = 0; done < seeds;) {
    const seed = randomInt(2 ** 31);
    let world: Foundations | undefined;
    let steps: Step[] = [];
    const { broken, plan } = await runSeed({
      seed,
      world: { poison: true, revocation: true },
      onBuilt(built) {
        world = built;
        steps = listen(built);
      },
    });
    if (!world || plan.name !== 'small') continue;
    done += 1;
    const { size } = world.operator.quarantined;
    console.log(`simulation: seed ${seed}, ${steps.length} steps, ${size} records put aside`);
    expect(broken).toEqual([]);
    await compare(world, steps);
  }
});

async function compare(world: Foundations, steps: readonly Step[]): Promise<void> {
  const operator = await openRealOperator(world);
  const issuer = await openRealIssuer(world);
  try {
    for (const step of steps) {
      operator.clock.setNow(step.now);
      issuer.clock.setNow(step.now);
      if (step.kind === 'batch') {
        const batch = openBatch(step.sealed);
        const jws = await operator.sign(batch, batch.validatorId);
        const answer = await takeTapBatch(operator.context, jws).catch(
          (error: { code: string }) => error.code,
        );
        expect(answer).toEqual(step.answer);
      } else if (step.kind === 'revoke') {
        await revokeValidator(operator.context, step.validatorId, { by: 'test', reason: 'test' });
      } else if (step.kind === 'charges') {
        const results = await takeCharges(issuer, step.charges);
        expect(results.map(({ result, code }) => code ?? result)).toEqual(step.answer);
      } else {
        while (await (step.kind === 'pair' ? makeTrips : closeOverdueTrips)(operator.context));
        while (await makeTrips(operator.context));
      }
    }
    await expectSameTaps(world, operator.db);
    await expectSameTrips(world, operator.db);
    await expectSameLedger(world, issuer.db);
  } finally {
    await operator.close();
    await issuer.close();
  }
}

type OperatorDb = Awaited<ReturnType<typeof openRealOperator>>['db'];
type IssuerDb = Awaited<ReturnType<typeof openRealIssuer>>['db'];
const sorted = (texts: readonly string[]) => texts.toSorted();

async function expectSameTaps({ operator }: Foundations, db: OperatorDb): Promise<void> {
  const kept = await db.selectFrom('taps').select(['validator_id', 'seq', 'tap_id', 'outcome']).execute();
  expect(sorted(kept.map((tap) => `${tap.validator_id} ${tap.seq} ${tap.tap_id} ${tap.outcome}`))).toEqual(
    sorted(
      [...operator.taps.values()].map(
        ({ validatorId, seq, tap }) => `${validatorId} ${seq} ${tap.tapId} ${tap.outcome}`,
      ),
    ),
  );
  const aside = await db.selectFrom('quarantined_taps').select(['validator_id', 'seq', 'code']).execute();
  expect(sorted(aside.map(({ validator_id, seq, code }) => `${validator_id} ${seq} ${code}`))).toEqual(
    sorted(
      [...operator.quarantined.values()].map(({ validatorId, seq, code }) => `${validatorId} ${seq} ${code}`),
    ),
  );
  const incidents = await db
    .selectFrom('incidents')
    .select(['service_day', 'card_ref', 'class', 'count'])
    .where('card_ref', 'is not', null)
    .where('state', '<>', 'withdrawn')
    .execute();
  const found = [...operator.conflictsByCard].flatMap(([card, conflicts]) =>
    conflicts.map((one) => `${card} ${one.class} ${one.findings.length}`),
  );
  expect(
    sorted(incidents.map((one) => `${one.service_day} ${one.card_ref} ${one.class} ${one.count}`)),
  ).toEqual(sorted(found));
}

async function expectSameTrips({ operator, city }: Foundations, db: OperatorDb): Promise<void> {
  const kept = await db.selectFrom('trips').selectAll().execute();
  const tariffOf = (pricing: object | null) => pricing && { ...pricing, tariffId: city.tariff.tariffId };
  const real = kept.map((trip) => ({
    tripId: trip.trip_id,
    revision: trip.revision,
    state: trip.state,
    entry: trip.entry_tap_id,
    exit: trip.exit_tap_id,
    fare: trip.fare_amount,
    pricing: tariffOf(trip.pricing),
  }));
  const simulated = [...operator.trips.values()].map((trip) => ({
    tripId: trip.tripId,
    revision: trip.revision,
    state: trip.state,
    entry: trip.entry?.tapId ?? null,
    exit: trip.exit?.tapId ?? null,
    fare: trip.fare?.amount ?? null,
    pricing: trip.pricing,
  }));
  const byId = (one: { tripId: string }, other: { tripId: string }) => (one.tripId < other.tripId ? -1 : 1);
  expect(real.sort(byId)).toEqual(simulated.sort(byId));
}

async function expectSameLedger({ issuer }: Foundations, db: IssuerDb): Promise<void> {
  const { rows } = await sql<{ account: string; balance: number }>`
    select kind || ' ' || owner as account, sum(amount)::float as balance
    from accounts join entries using (account_id) group by kind, owner`.execute(db);
  expect(sorted(rows.map(({ account, balance }) => `${account} ${balance}`))).toEqual(
    sorted([...issuer.balances].map(([account, balance]) => `${account} ${balance}`)),
  );
  const kept = await db.selectFrom('trips').select(['trip_id', 'settled_amount', 'postings']).execute();
  expect(sorted(kept.map((trip) => `${trip.trip_id} ${trip.settled_amount} ${trip.postings}`))).toEqual(
    sorted(
      [...issuer.trips].map(
        ([tripId, { account }]) => `${tripId} ${account.settled?.amount ?? null} ${account.postings}`,
      ),
    ),
  );
}
