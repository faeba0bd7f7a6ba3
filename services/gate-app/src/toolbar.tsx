/** What staff need now and then: camera, sound, full screen, another gate, a pasted code. */
import { useState } from 'preact/hooks';
import type { CameraChoice } from './camera.ts';
import { chooseGate } from './gate-choice.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import type { ScanDesk } from './scan-desk.ts';
import { isMuted, isSoundLocked, setMuted } from './sounds.ts';

export interface ToolbarProps {
  desk: ScanDesk;
  camera: CameraChoice;
  onCamera: (choice: CameraChoice) => void;
}

export function Toolbar({ desk, camera, onCamera }: ToolbarProps) {
  return (
    <div class="toolbar">
      <button
        type="button"
        data-testid="camera-switch"
        onClick={() => onCamera(camera === 'off' ? 'environment' : 'off')}
      >
        {say(camera === 'off' ? messages.cameraOn : messages.cameraOff)}
      </button>
      {camera !== 'off' && (
        <button type="button" onClick={() => onCamera(camera === 'user' ? 'environment' : 'user')}>
          {say(messages.turnCamera)}
        </button>
      )}
      <button type="button" onClick={() => setMuted(!isMuted.value)}>
        {say(isMuted.value ? messages.soundOn : messages.soundOff)}
      </button>
      {document.fullscreenEnabled && (
        <button type="button" onClick={toggleFullscreen}>
          {say(messages.fullscreen)}
        </button>
      )}
      <button type="button" onClick={() => chooseGate(null)}>
        {say(messages.changeGate)}
      </button>
      <PasteField desk={desk} />
      {isSoundLocked.value && !isMuted.value && <p class="hint">{say(messages.touchForSound)}</p>}
    </div>
  );
}

function toggleFullscreen(): void {
  void (document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen());
}

function PasteField({ desk }: { desk: ScanDesk }) {
  const [ticket, setTicket] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    // Not trimmed: a space is a digit of the code.
    if (ticket !== '') void desk.scan(ticket);
    setTicket('');
  };
  return (
    <form class="paste" onSubmit={submit}>
      <input
        aria-label={say(messages.pasteLabel)}
        placeholder={say(messages.pasteLabel)}
        data-testid="ticket-input"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={8192}
        value={ticket}
        onInput={(event) => setTicket(event.currentTarget.value)}
      />
      <button type="submit">{say(messages.check)}</button>
    </form>
  );
}
