/** The sound of an answer: two tones up to go, a low buzz to stop. */
import { signal } from '@preact/signals';
import { recall, remember } from './remember.ts';
import type { ScanResult } from './scan-desk.ts';

export const isMuted = signal(recall('muted') === 'yes');
/** Browsers keep a page silent until somebody touches it once. */
export const isSoundLocked = signal(false);

interface Tone {
  hertz: number;
  shape: OscillatorType;
  /** Seconds after the answer. */
  start: number;
  seconds: number;
}

const go: Tone[] = [
  { hertz: 784, shape: 'sine', start: 0, seconds: 0.12 },
  { hertz: 1175, shape: 'sine', start: 0.12, seconds: 0.2 },
];
const stop: Tone[] = [{ hertz: 150, shape: 'sawtooth', start: 0, seconds: 0.45 }];

let speaker: AudioContext | undefined;

/** Makes ready to sound, now and at each first touch or key. */
export function prepareSound(): void {
  speaker = new AudioContext();
  const showLock = () => (isSoundLocked.value = speaker?.state !== 'running');
  speaker.addEventListener('statechange', showLock);
  showLock();
  const unlock = () => void speaker?.resume();
  // Not on pointerdown: the hint goes once sound works, and a button that moves under the finger misses its press.
  addEventListener('click', unlock);
  addEventListener('keydown', unlock);
}

export function setMuted(muted: boolean): void {
  isMuted.value = muted;
  remember('muted', muted ? 'yes' : 'no');
}

export function sound(result: ScanResult): void {
  if (isMuted.value || speaker?.state !== 'running') return;
  for (const tone of result === 'accepted' ? go : stop) play(speaker, tone);
}

function play(context: AudioContext, { hertz, shape, start, seconds }: Tone): void {
  const begin = context.currentTime + start;
  const end = begin + seconds;
  const oscillator = new OscillatorNode(context, { type: shape, frequency: hertz });
  const volume = new GainNode(context, { gain: 0.4 });
  volume.gain.setValueAtTime(0.4, end - 0.03);
  volume.gain.linearRampToValueAtTime(0, end); // without a click
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(end);
}
