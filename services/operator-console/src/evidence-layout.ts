/** Where the taps of an incident stand in its picture: a row for each place, time from left to right. Pure. */
import type { Finding, IncidentTap } from '@vedong/contracts';

export const picture = { width: 340, left: 14, right: 14, rowHeight: 54, top: 2, mostRows: 10 } as const;

export interface EvidencePlace {
  nameVi: string;
  nameEn: string;
  y: number;
}

export interface EvidenceDot {
  tap: IncidentTap;
  x: number;
  y: number;
}

export interface EvidenceLayout {
  height: number;
  places: EvidencePlace[];
  dots: EvidenceDot[];
  /** Between the taps of a finding. */
  lines: { from: EvidenceDot; to: EvidenceDot }[];
  /** Places beyond `mostRows`. */
  placesLeftOff: number;
}

/** Gates at one place share a row; rows stand in the order of their first tap. */
export function layOutEvidence(taps: readonly IncidentTap[], findings: readonly Finding[]): EvidenceLayout {
  const keyOf = ({ nameVi, nameEn }: IncidentTap) => `${nameVi} ${nameEn}`;
  const rows = [...Map.groupBy(taps, keyOf).values()];
  const shown = rows.slice(0, picture.mostRows);
  const times = shown.flat().map(({ at }) => Date.parse(at));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  const room = picture.width - picture.left - picture.right;
  const yOf = (row: number) => picture.top + row * picture.rowHeight + 28;
  const dots = shown.flatMap((ofPlace, row) =>
    ofPlace.map((tap) => ({
      tap,
      x: picture.left + (span === 0 ? room / 2 : (room * (Date.parse(tap.at) - first)) / span),
      y: yOf(row),
    })),
  );
  const dotOf = new Map(dots.map((dot) => [dot.tap.tapId, dot]));
  const lines = findings.flatMap(({ tapIds: [one, other] }) => {
    const [from, to] = [dotOf.get(one ?? ''), dotOf.get(other ?? '')];
    return from && to ? [{ from, to }] : [];
  });
  return {
    height: picture.top + shown.length * picture.rowHeight + 4,
    places: shown.map(([tap], row) => ({
      nameVi: tap?.nameVi ?? '',
      nameEn: tap?.nameEn ?? '',
      y: yOf(row),
    })),
    dots,
    lines,
    placesLeftOff: rows.length - shown.length,
  };
}
