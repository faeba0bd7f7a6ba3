/** Keeps something up to date: at once, then every two seconds while the page is seen and not paused. */
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { codeOf } from './session.ts';

const everyMilliseconds = 2000;

/** Somebody wants to read in peace. */
export const isPaused = signal(false);

/** When anything was last brought up to date, milliseconds since 1970. */
export const updatedAt = signal<number | null>(null);

/** Runs `task`, never two at a time, until the returned function is called. `task` must not reject. */
export function follow(task: () => Promise<void>): () => void {
  let isStopped = false;
  let isRunning = false;
  let hasRun = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const run = async (): Promise<void> => {
    clearTimeout(timer);
    // Somebody who paused and then asks for something else still gets it, once.
    if (isStopped || isRunning || (hasRun && (document.hidden || isPaused.value))) return;
    isRunning = true;
    hasRun = true;
    await task();
    isRunning = false;
    timer = setTimeout(() => void run(), everyMilliseconds);
  };
  const wake = () => void run();
  document.addEventListener('visibilitychange', wake);
  const stopListening = isPaused.subscribe(wake); // calls at once too
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stopListening();
    document.removeEventListener('visibilitychange', wake);
  };
}

export interface Followed<T> {
  value: T | null;
  /** Code of what went wrong at the last try; the value before it stays. */
  trouble: string | null;
}

/** Follows what the first `load` brings; give the component a `key` to begin anew with another. */
export function useFollowed<T>(load: () => Promise<T>): Followed<T> {
  const [followed, setFollowed] = useState<Followed<T>>({ value: null, trouble: null });
  const look = async (): Promise<void> => {
    try {
      setFollowed({ value: await load(), trouble: null });
      updatedAt.value = Date.now();
    } catch (error) {
      setFollowed(({ value }) => ({ value, trouble: codeOf(error) }));
    }
  };
  useEffect(() => follow(look), []);
  return followed;
}
