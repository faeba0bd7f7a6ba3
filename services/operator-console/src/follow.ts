/** Keeps something up to date: now and every two seconds, while the page is seen and not paused. */
import { effect, signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { codeOf } from './session.ts';

export const everyMilliseconds = 2000;

/** Somebody wants to read in peace. */
export const isPaused = signal(false);

/** When anything was last brought up to date, milliseconds since 1970. */
export const updatedAt = signal<number | null>(null);

/** Runs `task`, never two at a time, until the returned function is called. `task` must not reject. */
export function follow(task: () => Promise<void>): () => void {
  let isStopped = false;
  let isRunning = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const run = async (): Promise<void> => {
    clearTimeout(timer);
    if (isStopped || isRunning || document.hidden || isPaused.value) return;
    isRunning = true;
    await task();
    isRunning = false;
    timer = setTimeout(() => void run(), everyMilliseconds);
  };
  const wake = () => void run();
  document.addEventListener('visibilitychange', wake);
  const stopEffect = effect(() => {
    if (!isPaused.value) queueMicrotask(wake);
  });
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stopEffect();
    document.removeEventListener('visibilitychange', wake);
  };
}

export interface Followed<T> {
  value: T | null;
  /** Code of what went wrong at the last try; the value before it stays. */
  trouble: string | null;
}

/** Follows what `load` brings; begins anew when `key` changes. */
export function useFollowed<T>(load: () => Promise<T>, key: string): Followed<T> {
  const [followed, setFollowed] = useState<Followed<T>>({ value: null, trouble: null });
  useEffect(() => {
    let isLeft = false;
    setFollowed({ value: null, trouble: null });
    const stop = follow(async () => {
      const result = await load().then(
        (value) => ({ value, trouble: null }),
        (error: unknown) => ({ trouble: codeOf(error) }),
      );
      if (isLeft) return;
      if (result.trouble === null) updatedAt.value = Date.now();
      setFollowed((before) => ({ ...before, ...result }));
    });
    return () => {
      isLeft = true;
      stop();
    };
  }, [key]);
  return followed;
}
