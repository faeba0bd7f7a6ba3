/** What every form needs while the issuer is asked: no second press, and in words what went wrong. */
import { useSignal } from '@preact/signals';
import { describeError } from './language.ts';

/** Put `problem` above the form's button; its id is `sending-problem`. */
export function useSending() {
  const isSending = useSignal(false);
  const error = useSignal<unknown>(null);
  const run = async (action: () => Promise<unknown>) => {
    isSending.value = true;
    error.value = null;
    try {
      await action();
    } catch (caught) {
      error.value = caught;
    } finally {
      isSending.value = false;
    }
  };
  return {
    isSending: isSending.value,
    send: (action: () => Promise<unknown>) => void run(action),
    problem: (
      <p id="sending-problem" class="problem" role="alert">
        {error.value ? describeError(error.value) : ''}
      </p>
    ),
  };
}
