/** The story of one trip: where, how it was recorded, what the tariff asks, what reduced it, what was paid, corrections. */
import { useSignal } from '@preact/signals';
import type { Pass } from '@vedong/contracts/money';
import type { RiderTrip, Settlement } from '@vedong/contracts/rider-trip';
import { BackLink } from '../back-link.tsx';
import { FareSteps } from '../fare-steps.tsx';
import { useFetched } from '../fetched.tsx';
import { issuer } from '../issuer-client.ts';
import { words } from '../language.ts';
import { price } from '../local-words.ts';
import '../money.css';
import { moneyWords } from '../money-words.ts';
import { cards, selectedCard } from '../phone.ts';
import { shownId } from '../route.ts';
import { TripCorrections } from '../trip-corrections.tsx';
import { TripEntry } from '../trip-entry.tsx';
import { TripPairing } from '../trip-pairing.tsx';
import { tripReason } from '../trip-reason.ts';
import { WalletEntries } from '../wallet-entries.tsx';

export function TripScreen() {
  const tripId = shownId.value ?? '';
  const isOf = ({ trips }: { trips: RiderTrip[] }) => trips.some((trip) => trip.tripId === tripId);
  // A trip too old to be kept was opened from the list of the selected card.
  const kept = cards.value.find(isOf) ?? selectedCard.value;
  return (
    <>
      <BackLink to="trips" label={words.value.tripsTab} />
      <h1>{moneyWords.value.tripTitle}</h1>
      {kept && <Story key={tripId} cardId={kept.cardId} tripId={tripId} passes={kept.passes} />}
    </>
  );
}

function Story({ cardId, tripId, passes }: { cardId: string; tripId: string; passes: Pass[] }) {
  const t = moneyWords.value;
  const asked = useSignal(0);
  const { answer, state } = useFetched(
    () => issuer('GET /v1/cards/{cardId}/trips/{tripId}', { params: { cardId, tripId } }),
    asked.value,
  );
  const keptTrip = cards.value.flatMap(({ trips }) => trips).find((trip) => trip.tripId === tripId);
  const trip = answer?.trip ?? keptTrip;
  return (
    <>
      {trip && (
        <div class="trips">
          <TripEntry trip={trip} passes={passes} />
        </div>
      )}
      {state}
      {answer && (
        <TripCorrections
          cardId={cardId}
          trip={answer.trip}
          corrections={answer.corrections}
          onAsked={() => (asked.value += 1)}
        />
      )}
      {answer && <TripPairing trip={answer.trip} />}
      {answer?.pricing && <FareSteps pricing={answer.pricing} />}
      {answer?.trip.settled && answer.trip.fare && (
        <section class="panel story" data-testid="settlement">
          <h2>{t.whatReduced}</h2>
          <Reduction trip={answer.trip} settled={answer.trip.settled} passes={passes} />
          <p class="sum total">
            <span>{t.youPay}</span>
            <span>{price(answer.trip.fare)}</span>
          </p>
        </section>
      )}
      {answer && (
        <section class="movements">
          <h2>{t.moneyMoved}</h2>
          {answer.entries.length > 0 ? (
            <WalletEntries entries={answer.entries} />
          ) : (
            <p class="hint">{t.noMoney}</p>
          )}
        </section>
      )}
    </>
  );
}

interface ReductionProps {
  trip: RiderTrip;
  settled: Settlement;
  passes: Pass[];
}

function Reduction({ trip, settled: { applied, caps, fullFare }, passes }: ReductionProps) {
  const t = moneyWords.value;
  const reason = tripReason(trip, passes) ?? '';
  return (
    <>
      <p class="sum">
        <span>{reason}</span>
        {trip.fare?.amount !== fullFare.amount && <s>{price(fullFare)}</s>}
      </p>
      <p>{applied === 'pass' ? t.explained.pass(reason) : t.explained[applied]}</p>
      {caps.length > 0 && (
        <ul class="caps">
          {caps.map((cap) => (
            <li key={cap.capId} data-testid="cap">
              {cap.period ? t.caps[cap.period] : t.reasons.cap}:{' '}
              {t.capCounted(price(cap.paidBefore), price(cap.limit))} (
              {cap.applied ? t.capApplied : t.notApplied})
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
