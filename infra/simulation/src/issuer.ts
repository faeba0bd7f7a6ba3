/**
 * The issuer with its books in memory: the real settling and booking between queries that are written anew here.
 * tests/equal-to-postgres.test.ts holds them against the real ones.
 */
import type { Charge } from '@vedong/contracts';
import type { Posting } from '@vedong/issuer/db/ledger';
import type { TripAccount } from '@vedong/issuer/db/settlements';
import { settleCard, type SettlementTerms } from '@vedong/issuer/settle-card';
import { bookTrip } from '@vedong/issuer/settle-trips';
import { settlementTerms } from '@vedong/issuer/terms';
import { serviceDayAt } from '@vedong/travel';
import { calendar, type City } from './city.ts';
import type { Card } from './phones.ts';

export type ChargeResult = 'applied' | 'duplicate' | 'unknown_card' | 'other_card';

interface KeptTrip {
  charge: Charge;
  account: TripAccount;
}

export function createIssuer(city: City, cards: readonly Card[], chargesTwice = false) {
  const cardByRef = new Map(
    cards.flatMap((card) => [...card.refs].map(([day, ref]) => [`${day} ${ref}`, card] as const)),
  );
  const trips = new Map<string, KeptTrip>();
  const tripsByCard = new Map<string, Set<string>>();
  const postings = new Map<string, Posting>();
  const balances = new Map<string, number>();

  /** All good ones in one transaction. Throws where the ledger would not balance. */
  function takeCharges(charges: readonly Charge[], nowMilliseconds: number): ChargeResult[] {
    const changes = new Map<string, number>();
    const results = charges.map((charge): ChargeResult => {
      const card = cardByRef.get(`${charge.serviceDay} ${charge.cardRef}`);
      if (!card) return 'unknown_card';
      const known = trips.get(charge.tripId);
      if (known && known.account.cardId !== card.cardId) return 'other_card';
      const again = known && known.charge.revision >= charge.revision;
      if (again && chargesTwice && known.account.settled) {
        trips.set(charge.tripId, {
          charge,
          account: { ...known.account, settled: null, settledAgency: null },
        });
        changes.set(card.cardId, startOf(charge));
      }
      if (again) return 'duplicate';
      const changedFrom = Math.min(startOf(charge), known ? startOf(known.charge) : Number.POSITIVE_INFINITY);
      changes.set(card.cardId, Math.min(changedFrom, changes.get(card.cardId) ?? Number.POSITIVE_INFINITY));
      trips.set(charge.tripId, { charge, account: accountOf(charge, card, known?.account) });
      const ofCard = tripsByCard.get(card.cardId) ?? new Set();
      tripsByCard.set(card.cardId, ofCard.add(charge.tripId));
      return 'applied';
    });
    const terms = termsOn(nowMilliseconds);
    for (const [cardId, from] of changes) settle(cardId, Math.floor(from / 1000), { terms, nowMilliseconds });
    return results;
  }

  function settle(
    cardId: string,
    fromSeconds: number,
    { terms, nowMilliseconds }: { terms: SettlementTerms; nowMilliseconds: number },
  ): void {
    const accounts = [...(tripsByCard.get(cardId) ?? [])].map((tripId) => trips.get(tripId)!.account);
    const outcome = settleCard({ trips: accounts, passes: [] }, fromSeconds, terms);
    for (const settled of outcome.trips) {
      const kept = trips.get(settled.tripId)!;
      const { row, posting } = bookTrip(kept.account, settled, new Date(nowMilliseconds));
      if (posting) post(posting);
      const { settled_amount: amount, settled_agency: settledAgency, postings } = row;
      const applied = settled.settled?.applied;
      kept.account = {
        ...kept.account,
        settled: amount === null || applied === undefined ? null : { amount, applied },
        settledAgency,
        postings,
      };
    }
  }

  function post(posting: Posting): void {
    const { reference, entries } = posting;
    const sum = entries.reduce((total, { amount }) => total + amount, 0);
    if (sum !== 0) throw new Error(`the ledger does not balance at ${reference}`);
    if (postings.has(reference)) throw new Error(`the ledger holds something else under ${reference}`);
    postings.set(reference, posting);
    for (const { account, amount } of entries) {
      const name = `${account.kind} ${account.owner}`;
      balances.set(name, (balances.get(name) ?? 0) + amount);
    }
  }

  const termsOn = (nowMilliseconds: number): SettlementTerms =>
    settlementTerms(
      [{ tariffId: city.tariff.tariffId, from: '2025-08-01', to: null, terms: city.tariff.terms }],
      serviceDayAt(nowMilliseconds / 1000, calendar),
    );

  return { takeCharges, trips, tripsByCard, postings, balances, termsOn };
}
export type Issuer = ReturnType<typeof createIssuer>;

const startOf = ({ entry, exit }: Charge): number => Date.parse((entry ?? exit)!.at);

function accountOf(charge: Charge, card: Card, before: TripAccount | undefined): TripAccount {
  return {
    tripId: charge.tripId,
    cardId: card.cardId,
    riderId: card.cardId,
    beganAtSeconds: Math.floor(startOf(charge) / 1000),
    serviceDay: charge.serviceDay,
    mode: charge.mode,
    lineId: charge.lineId,
    lineName: charge.lineName,
    agency: charge.agency,
    concession: charge.concession,
    basis: charge.pricing?.basis ?? 'tariff',
    fare: charge.state === 'withdrawn' ? null : charge.fare,
    faceValue: charge.pricing?.faceValue ?? null,
    settled: before?.settled ?? null,
    settledAgency: before?.settledAgency ?? null,
    postings: before?.postings ?? 0,
  };
}
