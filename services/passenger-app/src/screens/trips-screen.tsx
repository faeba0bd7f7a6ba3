/** The card's history as trips, newest first, under the day each began. */
import { useSignal } from '@preact/signals';
import type { RiderTrip } from '@vedong/contracts/issuer';
import { useEffect } from 'preact/hooks';
import { refreshTrips } from '../account.ts';
import { CardTabs } from '../card-tabs.tsx';
import { BusIcon, MetroIcon } from '../icons.tsx';
import { contactProblem, issuer } from '../issuer-client.ts';
import { words } from '../language.ts';
import { dayName, placeName, price, timeOfDay } from '../local-words.ts';
import { nowSeconds, selectedCard } from '../phone.ts';
import { useSending } from '../sending.tsx';

const refreshEveryMilliseconds = 10_000;

export function TripsScreen() {
  const shown = selectedCard.value;
  const t = words.value;
  return (
    <>
      <h1>{t.tripsTitle}</h1>
      <CardTabs />
      {contactProblem.value && <p class="notice">{t.keptTrips}</p>}
      {shown && <TripsOf key={shown.cardId} cardId={shown.cardId} newest={shown.trips} />}
    </>
  );
}

function TripsOf({ cardId, newest }: { cardId: string; newest: RiderTrip[] }) {
  const older = useSignal<RiderTrip[]>([]);
  /** Undefined until the newest have come, null when there are no older ones. */
  const next = useSignal<string | null | undefined>(undefined);
  const { isSending, send, problem } = useSending();
  const t = words.value;

  useEffect(() => {
    const refresh = async () => {
      const answer = await refreshTrips(cardId).catch(() => undefined);
      if (next.value === undefined) next.value = answer?.next;
    };
    void refresh();
    const timer = setInterval(() => void refresh(), refreshEveryMilliseconds);
    return () => clearInterval(timer);
  }, []);

  const showMore = async () => {
    const query = { after: next.value ?? undefined };
    const answer = await issuer('GET /v1/cards/{cardId}/trips', { params: { cardId }, query });
    older.value = [...older.value, ...answer.trips];
    next.value = answer.next;
  };
  if (newest.length === 0) {
    return (
      <div class="panel empty">
        <h2>{t.noTrips}</h2>
        <p>{t.noTripsWhy}</p>
      </div>
    );
  }
  return (
    <>
      {byDay([...newest, ...older.value]).map(([day, trips]) => (
        <section key={day} aria-label={day}>
          <h2 class="day">{day}</h2>
          <ol class="trips">
            {trips.map((trip) => (
              <TripEntry key={trip.tripId} trip={trip} />
            ))}
          </ol>
        </section>
      ))}
      {problem}
      {next.value && (
        <button type="button" class="button quiet" disabled={isSending} onClick={() => send(showMore)}>
          {t.showMore}
        </button>
      )}
    </>
  );
}

/** Trips in their order, under the name of the local day on which each began. */
function byDay(trips: RiderTrip[]): [day: string, trips: RiderTrip[]][] {
  const now = (nowSeconds.value ?? 0) * 1000;
  return [...Map.groupBy(trips, (trip) => dayName(beginOf(trip), now))];
}

/** At least one end of a trip is always known. */
const beginOf = ({ entry, exit }: RiderTrip): number => Date.parse((entry ?? exit)?.at ?? '');

function TripEntry({ trip }: { trip: RiderTrip }) {
  const t = words.value;
  const { mode, lineName, state, entry, exit, fare } = trip;
  return (
    <li class="trip" data-testid="trip">
      <span class={`mode ${mode}`}>{mode === 'metro' ? <MetroIcon /> : <BusIcon />}</span>
      <p class="line">
        {t.modes[mode]} {lineName}
      </p>
      <p class={fare ? 'fare' : 'fare unknown'} data-testid="trip-fare">
        {fare ? price(fare) : t.notPriced}
      </p>
      <dl>
        {entry && <TripEnd label={t.from} end={entry} />}
        {exit && <TripEnd label={t.to} end={exit} />}
      </dl>
      {state !== 'complete' && (
        <p class={`trip-state ${state}`} data-testid="trip-state">
          {t.tripStates[state]}
        </p>
      )}
    </li>
  );
}

function TripEnd({ label, end }: { label: string; end: NonNullable<RiderTrip['entry']> }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <time dateTime={end.at}>{timeOfDay(Date.parse(end.at))}</time> {placeName(end)}
      </dd>
    </div>
  );
}
