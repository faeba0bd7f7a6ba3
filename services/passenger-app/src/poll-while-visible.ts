/** Asks again and again while the page is shown: soon at first, then less and less often. */

const firstPauseMilliseconds = 1_500;
const longestPauseMilliseconds = 20_000;

/**
 * Asks at once, and at once again when the page comes back into view, as from a banking app.
 * @param ask resolves to whether to go on asking; must not reject
 * @returns what ends it
 */
export function pollWhileVisible(ask: () => Promise<boolean>): () => void {
  let pause = firstPauseMilliseconds;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const run = async () => {
    if (isOver || document.visibilityState === 'hidden') return;
    if (!(await ask())) isOver = true;
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), pause);
    pause = Math.min(longestPauseMilliseconds, pause * 1.3);
  };
  const begin = () => {
    pause = firstPauseMilliseconds;
    void run();
  };
  document.addEventListener('visibilitychange', begin);
  begin();
  return () => {
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', begin);
  };
}
