/** Keeps the screen on while the code is shown, where the browser can. */

/** Returns what lets the screen go dark again. */
export function keepScreenOn(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  // A hidden page loses its lock, so it asks again each time it is shown.
  const request = async () => {
    if (document.visibilityState === 'hidden') return;
    // Refused on low battery: codes work all the same.
    const granted = await navigator.wakeLock?.request('screen').catch(() => undefined);
    if (isOver) await granted?.release();
    else lock = granted;
  };
  const ask = () => void request();
  document.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release();
  };
}
