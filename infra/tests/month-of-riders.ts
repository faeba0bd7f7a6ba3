/** The services of a simulated month, and the month itself: taps of every day, then what the services make of them. */
import { randomBytes, randomUUIDv7, type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { createApp as createOperator } from '@vedong/operator/app';
import { migrateOperator, openOperatorDatabase } from '@vedong/operator/db/database';
import { leaseCharges, settleCharges } from '@vedong/operator/db/outbox';
import { claimEnrolment, insertValidator } from '@vedong/operator/db/validators';
import { importTariff } from '@vedong/operator/import-tariff';
import { closeOverdueTrips, makeTrips } from '@vedong/operator/make-trips';
import { putGates, putNetwork } from '@vedong/operator/put-network';
import { readTariffFolder } from '@vedong/operator/read-tariff-files';
import { takeTapBatch } from '@vedong/operator/take-tap-batch';
import { takeCharges } from '@vedong/issuer/charges';
import { readServiceConfig } from '@vedong/issuer/config';
import { migrateIssuer, openIssuerDatabase, type IssuerDb } from '@vedong/issuer/db/database';
import { move, passRevenue, postTransactions, walletOf } from '@vedong/issuer/db/ledger';
import { insertPass } from '@vedong/issuer/db/passes';
import { reportRevenue } from '@vedong/issuer/report-revenue';
import { listTerms, putTerms } from '@vedong/issuer/db/terms';
import { readFareExtension, readFeed, fareExtensionFileName } from '@vedong/fares';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import { silentLog } from '@vedong/runtime/log';
import { simulateClock } from '@vedong/testing/clock';
import { numbersOf } from '@vedong/testing/seeded-numbers';
import { createTestDatabase } from '@vedong/testing/postgres';
import { addServiceDays, hanoiCalendar, serviceDayStart } from '@vedong/travel';
import { readDemoCity } from '../src/demo/city.ts';
import { tariffFolder } from '../src/demo/tariff.ts';

const days = Array.from({ length: 30 }, (_, index) => addServiceDays('2026-11-01', index));
const token = 'a-secret-of-a-month-of-riders-0123456789';
/** The most a card pays in a day and in the month, dong: the demo city has no caps of its own. */
export const caps = { day: 30_000, month: 500_000 };
const recordsPerBatch = 1000;
const chargesPerCall = 500;
const vnd = (amount: number) => ({ amount, currency: 'VND' });

export interface Month {
  operatorDb: ReturnType<typeof openOperatorDatabase>;
  issuerDb: IssuerDb;
  /** Charges sent, revisions counted each. */
  trips: number;
  seconds: Record<'taps' | 'pairing' | 'leasing' | 'settling' | 'answering', number>;
  ride(): Promise<void>;
  /** The issuer's report of the month, which shares the passes out. */
  report(): ReturnType<typeof reportRevenue>;
  stop(): Promise<void>;
}

export async function startMonth({ riders, seed }: { riders: number; seed: number }): Promise<Month> {
  const random = numbersOf(seed);
  const databases = [await createTestDatabase(migrateOperator), await createTestDatabase(migrateIssuer)];
  const operatorDb = openOperatorDatabase(databases[0]!.url, 4);
  const issuerDb = openIssuerDatabase(databases[1]!.url, 4);
  const clock = simulateClock(serviceDayStart(days[0]!, hanoiCalendar) * 1000);
  const { context } = createOperator({
    db: operatorDb,
    clock,
    log: silentLog,
    calendar: hanoiCalendar,
    issuer: () => Promise.reject(new Error('no staff act in this month')),
    rootKey: {},
    serviceToken: token,
    cookieSecure: true,
    trustedProxies: 0,
  });
  const config = readServiceConfig({
    DATABASE_URL: databases[1]!.url,
    KEY_ENCRYPTION_KEY: token,
    SERVICE_TOKEN: token,
    DEMO: '1',
  });
  const journal = await openCity(operatorDb);
  await openIssuer(issuerDb);
  const refs = await makeRiders(issuerDb, riders);
  const month: Month = {
    operatorDb,
    issuerDb,
    trips: 0,
    seconds: { taps: 0, pairing: 0, leasing: 0, settling: 0, answering: 0 },
    ride,
    report: () => reportRevenue({ db: issuerDb, config }, { from: days[0]!, to: days.at(-1)! }),
    async stop() {
      await operatorDb.destroy();
      await issuerDb.destroy();
      for (const database of databases) await database.drop();
    },
  };

  async function timed<T>(what: keyof Month['seconds'], work: () => Promise<T>): Promise<T> {
    const before = performance.now();
    const result = await work();
    month.seconds[what] += (performance.now() - before) / 1000;
    return result;
  }

  /** Sends what waits in the outbox; now and then a call is made twice, as if its answer was lost. */
  async function sendAll(): Promise<void> {
    for (;;) {
      const now = clock.nowMilliseconds();
      const charges = await timed('leasing', () => leaseCharges(operatorDb, chargesPerCall, now));
      if (charges.length === 0) return;
      month.trips += charges.length;
      const take = () => takeCharges({ db: issuerDb, clock, config }, JSON.parse(JSON.stringify(charges)));
      if (random() < 0.03) await timed('settling', take);
      const answers = await timed('settling', take);
      const refused = answers.find(({ result }) => result === 'refused');
      if (refused) throw new Error(`a charge was refused: ${refused.code}`);
      await timed('answering', () => settleCharges(operatorDb, charges, answers, now));
    }
  }

  async function pairAll(): Promise<void> {
    await timed('pairing', async () => {
      while (await makeTrips(context));
      while (await closeOverdueTrips(context));
    });
  }

  async function ride(): Promise<void> {
    let late: string[] = [];
    for (const [index, day] of days.entries()) {
      clock.setNow(serviceDayStart(addServiceDays(day, 1), hanoiCalendar) * 1000);
      const today = refs.flatMap((ofDays) => tapsOf(day, ofDays[index]!, random));
      // One in fifty reaches the operator with the taps of a later day.
      const isHeld = today.map(() => random() < 0.02);
      const records = [...late, ...today.filter((_, at) => !isHeld[at])];
      late = today.filter((_, at) => isHeld[at]);
      await timed('taps', () => sendTaps(index === days.length - 1 ? [...records, ...late] : records));
      await pairAll();
      await sendAll();
    }
    clock.setNow(clock.nowMilliseconds() + 86_400_000);
    await pairAll();
    await sendAll();
  }

  async function sendTaps(records: readonly string[]): Promise<void> {
    for (let start = 0; start < records.length; start += recordsPerBatch) {
      const batch = journal.next(records.slice(start, start + recordsPerBatch));
      const answer = await takeTapBatch(context, batch);
      const bad = answer.verdicts.find(({ verdict }) => verdict === 'quarantined');
      if (bad) throw new Error(`a tap was put aside: ${bad.code}`);
      if (random() < 0.05) await takeTapBatch(context, batch);
    }
  }

  return month;
}

/** The demo city at the operator, with one enrolled validator; gives that validator's journal. */
async function openCity(db: Month['operatorDb']): Promise<Journal> {
  const { places, lines, gates } = readDemoCity();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const now = new Date(serviceDayStart(days[0]!, hanoiCalendar) * 1000);
  const codeHash = randomBytes(32);
  await putNetwork(db, { places, lines }, { by: 'staff@example.org', at: now });
  await insertValidator(db, {
    validatorId: 'month',
    name: 'Month',
    codeHash,
    codeExpiresAt: new Date(now.getTime() + 1000),
  });
  await claimEnrolment(db, { codeHash, publicKey: publicKey.export({ format: 'jwk' }).x!, now });
  await putGates(
    db,
    gates.map((gate) => ({ ...gate, validatorId: 'month' })),
  );
  const files = await readTariffFolder(tariffFolder);
  await importTariff(db, files, { from: '2026-01-01', to: null, importedBy: 'test', now });
  return new Journal(privateKey);
}

class Journal {
  readonly #key: KeyObject;
  #last = { seq: 0, hash: chainStart };

  constructor(key: KeyObject) {
    this.#key = key;
  }

  next(records: readonly string[]): string {
    const batch = {
      validatorId: 'month',
      firstSeq: this.#last.seq + 1,
      previousHash: this.#last.hash,
      records,
    };
    this.#last = {
      seq: this.#last.seq + records.length,
      hash: records.reduce((hash, record) => nextChainHash(hash, record), this.#last.hash),
    };
    const header = { alg: 'Ed25519', typ: 'vd1-taps', kid: 'month' };
    const text = [header, batch]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${sign(null, Buffer.from(text), this.#key).toString('base64url')}`;
  }
}

const metroStations = readDemoCity()
  .gates.filter(({ kind }) => kind === 'entry')
  .map(({ gateId, lineId }) => ({ gateId, lineId }));
const busGates = readDemoCity()
  .gates.filter(({ kind }) => kind === 'board')
  .map(({ gateId }) => gateId);

/** What a rider taps on a day: two rides, at times three; now and then an exit is forgotten. */
function tapsOf(day: string, cardRef: string, random: () => number): string[] {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const rides = random() < 0.2 ? 3 : 2;
  return Array.from({ length: rides }).flatMap((_, index) => {
    const minutes = 180 + index * 420 + Math.floor(random() * 300);
    const record = (gateId: string, after: number) =>
      recordOf({ day, cardRef, gateId, minutes: minutes + after });
    if (random() < 0.4) return [record(pick(busGates), 0)];
    const from = pick(metroStations);
    const to = pick(
      metroStations.filter(({ lineId, gateId }) => lineId === from.lineId && gateId !== from.gateId),
    );
    const exit = record(to.gateId.replace(/-in$/, '-out'), 8 + Math.floor(random() * 25));
    const entry = record(from.gateId, 0);
    return random() < 0.02 ? [entry] : [entry, exit];
  });
}

function recordOf(tap: { day: string; cardRef: string; gateId: string; minutes: number }): string {
  const atSeconds = serviceDayStart(tap.day, hanoiCalendar) + tap.minutes * 60;
  return JSON.stringify({
    tapId: randomUUIDv7(),
    gateId: tap.gateId,
    at: new Date(atSeconds * 1000).toISOString(),
    outcome: 'accepted',
    guard: 'redis',
    marks: [],
    ticket: {
      profile: 'D',
      issuer: 1,
      keyNo: 1,
      cardRef: tap.cardRef,
      serviceDay: tap.day,
      slot: Math.floor(atSeconds / 15),
      concession: 0,
      product: 0,
      scope: 0,
    },
  });
}

/** Riders with a card each, that has a reference on every day; one in ten has bought one of the monthly passes. */
async function makeRiders(db: IssuerDb, count: number): Promise<string[][]> {
  const created_at = new Date('2026-10-31T00:00:00Z');
  const cards = Array.from({ length: count }, () => ({ rider: randomUUIDv7(), card: randomUUIDv7() }));
  const refs = cards.map(() => days.map(() => randomBytes(8).toString('hex')));
  const rows = cards.map(({ rider }) => ({
    rider_id: rider,
    phone_hash: Buffer.from(rider),
    phone_sealed: Buffer.alloc(1),
    created_at,
  }));
  for (const part of chunksOf(rows)) await db.insertInto('riders').values(part).execute();
  const look = { nickname: 'Thẻ', colour: 'lotus' } as const;
  for (const part of chunksOf(cards))
    await db
      .insertInto('cards')
      .values(part.map(({ rider, card }) => ({ card_id: card, rider_id: rider, ...look, created_at })))
      .execute();
  for (const [index, service_day] of days.entries())
    for (const part of chunksOf(cards.map(({ card }, at) => ({ card, at }))))
      await db
        .insertInto('card_days')
        .values(
          part.map(({ card, at }) => ({
            service_day,
            card_id: card,
            card_ref: refs[at]![index]!,
            status_idx: at,
          })),
        )
        .execute();
  await sellPasses(
    db,
    cards.filter((_, index) => index % 10 === 0),
  );
  return refs;
}

const chunksOf = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / 1000) }, (_, index) =>
    items.slice(index * 1000, (index + 1) * 1000),
  );

async function sellPasses(db: IssuerDb, cards: readonly { rider: string; card: string }[]): Promise<void> {
  const { terms } = (await listTerms(db))[0]!;
  const products = terms.passes.filter(
    ({ activation, scope, concessions, durationDays }) =>
      activation === 'purchase' && scope === 'network' && concessions.includes(0) && durationDays === 30,
  );
  const bought_at = new Date(serviceDayStart(days[0]!, hanoiCalendar) * 1000);
  const span = { valid_from_day: days[0]!, first_day: days[0]!, last_day: days.at(-1)! };
  const sales = cards.map(({ rider, card }, index) => ({
    rider,
    card,
    passId: randomUUIDv7(),
    product: products[index % products.length]!,
  }));
  for (const { card, passId, product } of sales)
    await insertPass(db, {
      pass_id: passId,
      card_id: card,
      purchase_id: randomUUIDv7(),
      product_no: product.productNo,
      product,
      line_id: null,
      bought_at,
      ...span,
    });
  await postTransactions(
    db,
    sales.map(({ rider, passId, product }) => ({
      reference: `pass:${passId}`,
      kind: 'pass',
      at: bought_at,
      subject: product.nameVi,
      entries: move(product.price.amount, walletOf(rider), passRevenue),
    })),
  );
}

/** The demo city's terms, with caps. */
async function openIssuer(db: IssuerDb): Promise<void> {
  const files = await readTariffFolder(tariffFolder);
  if ('problems' in files) throw new Error('the demo tariff has problems');
  const feed = readFeed(files.texts);
  if ('problems' in feed) throw new Error('the demo feed has problems');
  const read = readFareExtension(files.texts.get(fareExtensionFileName) ?? '', feed.feed);
  if ('problems' in read) throw new Error('the demo terms have problems');
  const cap = { nameVi: 'Trần', nameEn: 'Cap', modes: ['metro', 'bus'], concessions: [0] } as const;
  const days = { fromDay: '2026-01-01', toDay: null };
  const capsInForce = [
    { ...cap, ...days, capId: 'day', period: 'day', limit: vnd(caps.day) } as const,
    { ...cap, ...days, capId: 'month', period: 'month', limit: vnd(caps.month) } as const,
  ];
  await putTerms(db, [
    { tariffId: 'month', from: '2026-01-01', to: null, terms: { ...read.extension, caps: capsInForce } },
  ]);
}
