/** The card's history as trips, newest first, under the day each began. */
import { useSignal } from '@preact/signals';
import type { Pass } from '@vedong/contracts/money';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import { useEffect } from 'preact/hooks';
import { refreshTrips } from '../account.ts';
import { boardingsInARow } from '../boardings-in-a-row.ts';
import { CardTabs } from '../card-tabs.tsx';
import { contactProblem, issuer } from '../issuer-client.ts';
import { words } from '../language.ts';
import { dayName } from '../local-words.ts';
import { nowSeconds, selectedCard } from '../phone.ts';
import { addressOf } from '../route.ts';
import { useSending } from '../sending.tsx';
import { TripEntry } from '../trip-entry.tsx';

const refreshEveryMilliseconds = 10_000;

export function TripsScreen() {
  const shown = selectedCard.value;
  const t = words.value;
  return (
    <>
      <h1>{t.tripsTitle}</h1>
      <CardTabs />
      {contactProblem.value && <p class="notice">{t.keptTrips}</p>}
      {shown && <TripsOf key={shown.cardId} {...shown} />}
    </>
  );
}

interface TripsOfProps {
  cardId: string;
  /** The newest. */
  trips: RiderTrip[];
  passes: Pass[];
}

function TripsOf({ cardId, trips: newest, passes }: TripsOfProps) {
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
  const boardings = boardingsInARow([...newest, ...older.value]);
  return (
    <>
      {byDay([...newest, ...older.value]).map(([day, trips]) => (
        <section key={day} aria-label={day}>
          <h2 class="day">{day}</h2>
          <ol class="trips">
            {trips.map((trip) => (
              <li key={trip.tripId}>
                <a class="trip-link" href={addressOf('trip', trip.tripId)}>
                  <TripEntry trip={trip} passes={passes} boarding={boardings.get(trip.tripId)} />
                </a>
              </li>
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
