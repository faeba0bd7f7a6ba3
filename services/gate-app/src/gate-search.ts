/** Finds gates by what people type: part of the id, line or place, with or without Vietnamese accents. */
import type { StatusGate } from './gate-health.ts';

export function searchGates(gates: readonly StatusGate[], typed: string): StatusGate[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return gates.filter((gate) => {
    const text = plain(`${gate.gateId} ${gate.lineName} ${gate.place.nameVi} ${gate.place.nameEn}`);
    return words.every((word) => text.includes(word));
  });
}

const plain = (text: string): string =>
  text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
