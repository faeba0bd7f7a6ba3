/** A trip in a few lines: line, ends, state, price and why that price. */
import type { Pass } from '@vedong/contracts/money';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import { correctionWords } from './correction-words.ts';
import { BusIcon, MetroIcon } from './icons.tsx';
import { words } from './language.ts';
import { placeName, price, timeOfDay } from './local-words.ts';
import type { Boarding } from './boardings-in-a-row.ts';
import { tripReason } from './trip-reason.ts';

interface TripEntryProps {
  trip: RiderTrip;
  /** The card's: one of them may have paid. */
  passes: Pass[];
  /** Where it is one of several. */
  boarding?: Boarding | undefined;
}

export function TripEntry({ trip, passes, boarding }: TripEntryProps) {
  const t = words.value;
  const { mode, lineName, state, entry, exit, fare } = trip;
  const reason = tripReason(trip, passes);
  return (
    <div class="trip" data-testid="trip">
      <span class={`mode ${mode}`}>{mode === 'metro' ? <MetroIcon /> : <BusIcon />}</span>
      <p class="line">{lineTitle(t.modes[mode], lineName)}</p>
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
      {boarding && (
        <p class="trip-reason" data-testid="boarding">
          {t.boarding(boarding.number, boarding.of)}
        </p>
      )}
      {reason && (
        <p class="trip-reason" data-testid="trip-reason">
          {reason}
        </p>
      )}
    </div>
  );
}

/** A bare number, as `32`, says what it is only with the mode before it; a whole name does so itself. */
const lineTitle = (mode: string, lineName: string): string =>
  lineName.includes(' ') ? lineName : `${mode} ${lineName}`;

function TripEnd({ label, end }: { label: string; end: NonNullable<RiderTrip['entry']> }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {end.source !== 'correction' && <time dateTime={end.at}>{timeOfDay(Date.parse(end.at))}</time>}{' '}
        {placeName(end)} {end.source && <small>({correctionWords.value.endSources[end.source]})</small>}
      </dd>
    </div>
  );
}
