/** Starts the page: what the phone keeps is shown first, the network is asked afterwards. */
import { render } from 'preact';
import { App } from './app.tsx';
import { contactProblem } from './issuer-client.ts';
import { words } from './language.ts';
import { countSeconds, loadPhone, wakeClock } from './phone.ts';
import './styles.css';
import { refreshAll, startUpkeep } from './upkeep.ts';

const root = document.getElementById('app')!;

async function start(): Promise<void> {
  await loadPhone();
  countSeconds();
  render(<App />, root);
  startUpkeep();
  document.addEventListener('visibilitychange', () => void wakeUp());
  addEventListener('online', refreshAll);
  addEventListener('offline', () => (contactProblem.value = 'offline'));
}

async function wakeUp(): Promise<void> {
  if (document.visibilityState === 'hidden') return;
  wakeClock();
  await loadPhone();
  refreshAll();
}

start().catch((error: unknown) => {
  reportError(error);
  render(<p class="start-problem">{words.value.noStorage}</p>, root);
});

// Absent on plain-HTTP addresses; the page then needs the network to open. An update waits for the next opening.
void navigator.serviceWorker?.register('/sw.js');
