/** A question before something that has consequences, with the consequences in words. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { words } from './language.ts';
import { useSending } from './sending.tsx';

export interface Question {
  title: string;
  consequences: string;
  /** The button that does it. */
  action: string;
  isGrave: boolean;
  run: () => Promise<unknown>;
}

interface ConfirmDialogProps {
  question: Question;
  onClose: () => void;
  /** What else is to be filled in; required fields are checked before it runs. */
  children?: ComponentChildren;
}

/** Shows the question until it is answered; stays open with the reason where the action fails. */
export function ConfirmDialog({ question, onClose, children }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { isSending, send, problem } = useSending();
  useEffect(() => dialog.current?.showModal(), []);
  const runAndClose = async () => {
    await question.run();
    onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby="question" aria-describedby="consequences" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(runAndClose);
        }}
      >
        <h2 id="question">{question.title}</h2>
        <p id="consequences">{question.consequences}</p>
        {children}
        {problem}
        <div class="dialog-buttons">
          <button type="button" class="button quiet" onClick={onClose}>
            {words.value.cancel}
          </button>
          <button
            class={question.isGrave ? 'button grave' : 'button'}
            data-testid="confirm"
            disabled={isSending}
          >
            {isSending ? words.value.wait : question.action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
