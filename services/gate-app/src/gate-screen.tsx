/** The gate's own screen: idle, ready for a scan, and the answers over it. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CameraChoice } from './camera.ts';
import { CameraView } from './camera-view.tsx';
import { ChallengeView } from './challenge-view.tsx';
import { findGate, gateHealth, type GateHealth, type StatusGate } from './gate-health.ts';
import { createKeyboardWedge } from './keyboard-wedge.ts';
import { say, sayBeside } from './language.ts';
import { gateKinds, healthWords, messages } from './messages.ts';
import { recall, remember } from './remember.ts';
import { answerShownMilliseconds, createScanDesk, type ScanDesk } from './scan-desk.ts';
import { createSightFilter } from './sight-filter.ts';
import { sound } from './sounds.ts';
import { StatusLine } from './status-line.tsx';
import { Toolbar } from './toolbar.tsx';
import { TopBar } from './top-bar.tsx';
import { postTap, reading } from './validator.ts';
import { Verdict } from './verdict.tsx';

export function GateScreen({ gateId }: { gateId: string }) {
  const desk = useMemo(
    () => createScanDesk({ ask: (ticket) => postTap(gateId, ticket), announce: sound }),
    [gateId],
  );
  const [camera, setCamera] = useState(recallCamera);
  const onSight = useMemo(() => sightOf(desk), [desk]);
  useKeyboardWedge(desk);

  const chooseCamera = (choice: CameraChoice) => {
    setCamera(choice);
    remember('camera', choice);
  };
  const gate = findGate(reading.value.status, gateId);
  const health = gateHealth(reading.value, gateId);
  const asksForCode = health.kind === 'ready' && gate?.challenge === true;
  return (
    <div class="gate-screen">
      <TopBar>{gate && <GateName gate={gate} />}</TopBar>
      <main>
        {camera !== 'off' && <CameraView facing={camera} onCode={onSight} />}
        {camera === 'off' && !asksForCode && <CodePicture invites={health.kind === 'ready'} />}
        {asksForCode && <ChallengeView gateId={gateId} answered={answeredTap(desk)} />}
        {!asksForCode && <Invitation health={health} hasCamera={camera !== 'off'} />}
      </main>
      <footer>
        <StatusLine health={health} gateId={gateId} />
        <Toolbar desk={desk} camera={camera} onCamera={chooseCamera} />
      </footer>
      <Verdict moment={desk.moment.value} rule={gate?.passback} />
    </div>
  );
}

/** The newest answer, after which another challenge is to be displayed. */
function answeredTap(desk: ScanDesk): string | null {
  const moment = desk.moment.value;
  return moment.kind === 'answer' ? moment.answer.tapId : null;
}

function recallCamera(): CameraChoice {
  const choice = recall('camera');
  return choice === 'user' || choice === 'environment' ? choice : 'off';
}

/** What to do with every code the camera sees. */
function sightOf(desk: ScanDesk): (code: string) => void {
  const filter = createSightFilter();
  return (code) => {
    if (!filter.isTap(code, performance.now())) return;
    void settle(code);
  };
  async function settle(code: string): Promise<void> {
    const result = await desk.scan(code);
    if (result === 'accepted') filter.accepted(code);
    if (result === 'unanswered') setTimeout(() => filter.forget(code), answerShownMilliseconds);
  }
}

/** A scanner types wherever the focus is; a field takes its keys itself, and its form the Enter. */
function useKeyboardWedge(desk: ScanDesk): void {
  useEffect(() => {
    const wedge = createKeyboardWedge();
    const onKey = (event: KeyboardEvent) => {
      const isNoCharacter = event.ctrlKey || event.metaKey || event.altKey;
      if (isNoCharacter || event.repeat || event.target instanceof HTMLInputElement) return;
      const { taken, scan } = wedge({ key: event.key, at: event.timeStamp });
      if (taken) event.preventDefault();
      if (scan !== null) void desk.scan(scan);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [desk]);
}

function GateName({ gate }: { gate: StatusGate }) {
  const kind = gateKinds[gate.kind];
  const place = { vi: gate.place.nameVi, en: gate.place.nameEn };
  return (
    <h1 class="gate-name">
      <strong>{say(place)}</strong>
      <span>
        <span aria-hidden="true">{kind.symbol} </span>
        {say(kind)} · {gate.lineName} · {gate.gateId}
      </span>
    </h1>
  );
}

function Invitation({ health, hasCamera }: { health: GateHealth; hasCamera: boolean }) {
  const words = healthWords[health.kind];
  if (health.kind !== 'ready') {
    return (
      <div class="notice" aria-live="polite">
        <p class="invitation">{say(words.name)}</p>
        <p class="beside">{sayBeside(words.name)}</p>
        {words.todo && <p>{say(words.todo)}</p>}
      </div>
    );
  }
  const how = hasCamera ? messages.scanHow : messages.scanAtReader;
  return (
    <div>
      <p class="invitation">{say(messages.scanNow)}</p>
      <p class="beside">{sayBeside(messages.scanNow)}</p>
      <p class="how">{say(how)}</p>
    </div>
  );
}

/** A drawn code in a frame, where no camera picture is; pale while no code would be judged. */
function CodePicture({ invites }: { invites: boolean }) {
  return (
    <svg class={invites ? 'code-picture' : 'code-picture pale'} viewBox="0 0 120 120" aria-hidden="true">
      <path
        class="corners"
        d="M8 32V16a8 8 0 0 1 8-8h16M88 8h16a8 8 0 0 1 8 8v16M112 88v16a8 8 0 0 1-8 8H88M32 112H16a8 8 0 0 1-8-8V88"
      />
      <path class="eyes" d="M32 32h18v18H32zM70 32h18v18H70zM32 70h18v18H32z" />
      <g class="petals">
        <path d="M66 80c9-2 13 3 13 11-8 1-13-3-13-11z" />
        <path d="M92 80c-9-2-13 3-13 11 8 1 13-3 13-11z" />
        <path d="M79 65c8 6 8 17 0 25-8-8-8-19 0-25z" />
      </g>
    </svg>
  );
}
