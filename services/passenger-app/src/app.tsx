/** The frame of every screen: name and language above, the four main screens below. */
import { type ComponentType } from 'preact';
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CardsIcon, CodeIcon, LotusIcon, TripsIcon, WalletIcon } from './icons.tsx';
import { language, words } from './language.ts';
import { messages } from './messages.ts';
import { account } from './phone.ts';
import { addressOf, screen, type Screen } from './route.ts';
import { CodeScreen } from './screens/code-screen.tsx';

/** Only the code is in the first download; the other screens come when they are opened. */
function fetched(load: () => Promise<ComponentType>): ComponentType {
  const loaded = signal<ComponentType | null>(null);
  return () => {
    useEffect(() => void load().then((component) => (loaded.value = component)), []);
    const Loaded = loaded.value;
    return Loaded && <Loaded />;
  };
}

const screenComponents: Record<Screen, ComponentType> = {
  code: CodeScreen,
  trips: fetched(() => import('./screens/trips-screen.tsx').then((module) => module.TripsScreen)),
  trip: fetched(() => import('./screens/trip-screen.tsx').then((module) => module.TripScreen)),
  wallet: fetched(() => import('./screens/wallet-screen.tsx').then((module) => module.WalletScreen)),
  'top-up': fetched(() => import('./screens/top-up-screen.tsx').then((module) => module.TopUpScreen)),
  passes: fetched(() => import('./screens/passes-screen.tsx').then((module) => module.PassesScreen)),
  receipt: fetched(() => import('./screens/receipt-screen.tsx').then((module) => module.ReceiptScreen)),
  refund: fetched(() => import('./screens/refund-screen.tsx').then((module) => module.RefundScreen)),
  cards: fetched(() => import('./screens/cards-screen.tsx').then((module) => module.CardsScreen)),
  'new-card': fetched(() => import('./screens/new-card-screen.tsx').then((module) => module.NewCardScreen)),
  'sign-in': fetched(() => import('./screens/sign-in-screen.tsx').then((module) => module.SignInScreen)),
};

export function App() {
  const shown = account.value ? screen.value : 'sign-in';
  const Shown = screenComponents[shown];
  const main = useFocusOnChange(shown);
  return (
    <>
      <header class="top">
        <span class="brand">
          {shown !== 'sign-in' && <LotusIcon />}
          {shown !== 'sign-in' && words.value.appName}
        </span>
        <LanguageSwitch />
      </header>
      <main ref={main} tabIndex={-1} class={`${shown}-screen`}>
        <Shown />
      </main>
      {account.value && <MainMenu shown={shown} />}
    </>
  );
}

/** A screen reader goes on reading where the new screen begins. */
function useFocusOnChange(shown: Screen) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(shown);
  useEffect(() => {
    if (before.current !== shown) main.current?.focus();
    before.current = shown;
  }, [shown]);
  return main;
}

function LanguageSwitch() {
  const other = language.value === 'vi' ? 'en' : 'vi';
  return (
    <button
      type="button"
      class="language"
      lang={other}
      data-testid="language-switch"
      onClick={() => (language.value = other)}
    >
      {messages[other].languageName}
    </button>
  );
}

function MainMenu({ shown }: { shown: Screen }) {
  const t = words.value;
  const items = [
    { name: 'code', label: t.codeTab, Icon: CodeIcon },
    { name: 'trips', label: t.tripsTab, Icon: TripsIcon },
    { name: 'wallet', label: t.walletTab, Icon: WalletIcon },
    { name: 'cards', label: t.cardsTab, Icon: CardsIcon },
  ] as const;
  return (
    <nav aria-label={t.mainMenu} class="menu">
      {items.map(({ name, label, Icon }) => (
        <a key={name} href={addressOf(name)} aria-current={shown === name ? 'page' : undefined}>
          <Icon />
          {label}
        </a>
      ))}
    </nav>
  );
}
