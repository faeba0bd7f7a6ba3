/** What signed-in staff see: the views, and how live they are. */
import { useEffect, useRef } from 'preact/hooks';
import { address, views, writeAddress } from './address.ts';
import { cityClock, cityTimeZone } from './city-time.ts';
import { CorrectionsView } from './corrections-view.tsx';
import { isPaused, updatedAt } from './follow.ts';
import { GatesView } from './gates-view.tsx';
import { IncidentsView } from './incidents-view.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { say } from './language.ts';
import { messages, viewNames } from './messages.ts';
import { LazyReports } from './lazy-reports.tsx';
import { loadNetwork } from './network.ts';
import { RiderMoneyView } from './rider-money-view.tsx';
import { TariffsView } from './tariffs-view.tsx';
import { signOut } from './session.ts';
import { TapsView } from './taps-view.tsx';
import { TripsView } from './trips-view.tsx';

const viewOf = {
  trips: TripsView,
  corrections: CorrectionsView,
  taps: TapsView,
  incidents: IncidentsView,
  gates: GatesView,
  tariffs: TariffsView,
  money: RiderMoneyView,
  reports: LazyReports,
};

export function Console({ name }: { name: string }) {
  useEffect(() => void loadNetwork(), []);
  const { view } = address.value;
  const View = viewOf[view];
  const nav = useRef<HTMLElement>(null);
  // On a phone the views are a row wider than the screen.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [view]);
  return (
    <>
      <header class="top-bar">
        <img src="/icon.svg" alt="" width="32" height="32" />
        <span class="brand">{say(messages.product)}</span>
        <nav ref={nav}>
          {views.map((of) => (
            <a
              key={of}
              href={writeAddress({ view: of, filters: {}, tripId: null })}
              aria-current={of === view ? 'page' : undefined}
            >
              {say(viewNames[of])}
            </a>
          ))}
        </nav>
        <span class="who">
          <span class="name">{name}</span>
          <LanguageSwitch />
          <button
            type="button"
            class="quiet"
            data-testid="sign-out"
            onClick={() => void signOut().catch(() => undefined)}
          >
            {say(messages.signOut)}
          </button>
        </span>
      </header>
      <main class="content">
        <div class="title-row">
          <h1>{say(viewNames[view])}</h1>
          {view !== 'reports' && <LiveState />}
        </div>
        <View key={view} />
      </main>
    </>
  );
}

/** Not above reports: they show days, asked for once. */
function LiveState() {
  return (
    <p class="live-state">
      <span class={isPaused.value ? 'badge warn' : 'badge live'}>
        <span aria-hidden="true">{isPaused.value ? '‖ ' : '● '}</span>
        {say(isPaused.value ? messages.paused : messages.live)}
      </span>
      <span class="soft">
        {updatedAt.value !== null && `${say(messages.updatedAt)} ${cityClock(updatedAt.value)} · `}
        {say(messages.zone)} ({cityTimeZone})
      </span>
      <button type="button" onClick={() => (isPaused.value = !isPaused.value)}>
        {say(isPaused.value ? messages.resume : messages.pause)}
      </button>
    </p>
  );
}
