/** Small choices kept on this device; a browser that keeps nothing only means choosing again. */

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`vedong.gate.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`vedong.gate.${name}`, value);
  } catch {
    // Storage is blocked or full: the choice lasts until the page is closed.
  }
}
