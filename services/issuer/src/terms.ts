/** The operator's terms of its tariffs: passes, caps, free categories. The issuer works with a copy of its own. */
import type { Client, OperatorApi } from '@vedong/contracts';
import type { FareCap, FareExtension } from '@vedong/fares';
import type { Mode, ServiceDay } from '@vedong/travel';
import type { IssuerDb } from './db/database.ts';
import { listTerms, putTerms } from './db/terms.ts';
import type { SettlementTerms } from './settle-card.ts';

/** What a tariff says, and the service days on which it is in force; `to` null: no end is set. */
export interface TariffTerms {
  tariffId: string;
  from: ServiceDay;
  to: ServiceDay | null;
  terms: FareExtension;
}

export interface TermsLine {
  lineId: string;
  nameVi: string;
  nameEn: string;
  mode: Mode;
}

/** Replaces the copy by what the operator says now. Throws where it does not answer; the copy stays then. */
export async function refreshTerms(db: IssuerDb, operator: Client<OperatorApi>): Promise<void> {
  const { tariffs, lines } = await operator('GET /v1/tariffs/terms');
  // The operator read the file with `readFareExtension` of @vedong/fares: the form is checked where it comes in.
  const terms = tariffs.map((tariff) => ({
    tariffId: tariff.tariffId,
    from: tariff.from,
    to: tariff.to,
    terms: tariff.terms as unknown as FareExtension,
  }));
  const resettleFrom = firstChangedDay(await listTerms(db), terms);
  await putTerms(db, terms, { lines, resettleFrom });
}

/**
 * The first service day on which two versions of the terms settle differently; null where on none. Names and passes
 * on sale do not matter: a pass keeps the rules it was sold with.
 */
export function firstChangedDay(
  before: readonly TariffTerms[],
  after: readonly TariffTerms[],
): ServiceDay | null {
  const parts = (tariffs: readonly TariffTerms[]) =>
    new Map(
      tariffs.map((tariff) => {
        const { tariffId, from, to, terms } = tariff;
        return [JSON.stringify([tariffId, from, to, terms.caps, terms.freeConcessions]), tariff];
      }),
    );
  const [old, now] = [parts(before), parts(after)];
  const changed = [
    ...[...old].filter(([key]) => !now.has(key)),
    ...[...now].filter(([key]) => !old.has(key)),
  ].map(([, { from }]) => from);
  return changed.toSorted()[0] ?? null;
}

/** The terms in force on a service day; undefined where there is no tariff. */
export const findTermsOn = (tariffs: readonly TariffTerms[], day: ServiceDay): FareExtension | undefined =>
  tariffs.find(({ from, to }) => from <= day && (to === null || day <= to))?.terms;

/** Every tariff's caps on the days it is in force, and the categories that ride free on `today`. */
export const settlementTerms = (tariffs: readonly TariffTerms[], today: ServiceDay): SettlementTerms => ({
  caps: tariffs.flatMap(({ from, to, terms }) => terms.caps.flatMap((cap) => clip(cap, from, to))),
  freeConcessions: findTermsOn(tariffs, today)?.freeConcessions ?? [],
});

function clip(cap: FareCap, from: ServiceDay, to: ServiceDay | null): FareCap[] {
  const fromDay = cap.fromDay > from ? cap.fromDay : from;
  const toDay = cap.toDay === null || (to !== null && to < cap.toDay) ? to : cap.toDay;
  return toDay !== null && toDay < fromDay ? [] : [{ ...cap, fromDay, toDay }];
}
