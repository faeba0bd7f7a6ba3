/** Keeps the screen on while the page is seen, where the browser can. */

export function keepAwake(): void {
  // Refused on battery saving and in old browsers: the device's own setting then decides.
  const ask = () => {
    if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', ask);
  ask();
}
