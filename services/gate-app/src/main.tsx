/** The gate's screen: a gate is chosen once, then riders scan. */
import { render } from 'preact';
import { keepAwake } from './awake.ts';
import { chosenGate } from './gate-choice.ts';
import { GateChooser } from './gate-chooser.tsx';
import { GateScreen } from './gate-screen.tsx';
import { keepLanguage } from './language.ts';
import { prepareSound } from './sounds.ts';
import './styles.css';
import { followStatus } from './validator.ts';

function App() {
  const gateId = chosenGate.value;
  return gateId ? <GateScreen key={gateId} gateId={gateId} /> : <GateChooser />;
}

keepLanguage();
keepAwake();
prepareSound();
void followStatus();
render(<App />, document.querySelector('#app') as HTMLElement);
