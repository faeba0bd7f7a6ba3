/** Between taps and trips: sets copies aside, and keeps what was found as incidents with their consequence. */
import { instantOf } from '@vedong/runtime/clock';
import { consequenceOf, type ConflictPolicy } from './conflict-policy.ts';
import type { OperatorContext } from './context.ts';
import { askForBlocks, liftBlocksOf } from './db/card-blocks.ts';
import type { CardDay } from './db/pairing-queue.ts';
import {
  addEvents,
  keptFindings,
  lockIncidents,
  replaceIncidentTaps,
  saveIncidents,
  withdrawIncidents,
  type FoundIncident,
  type SavedIncident,
} from './db/save-incidents.ts';
import type { Tx } from './db/tables.ts';
import type { CardConflict, CardConflictClass } from './find-conflicts.ts';

export interface CardDayConflicts {
  card: CardDay & { issuer: number };
  conflicts: readonly CardConflict[];
}

const cardClasses: CardConflictClass[] = ['copy', 'shared_card', 'reentry'];

/** Brings the incidents of these cards to what is found now. */
export async function keepConflicts(
  tx: Tx,
  { conflictPolicy, log, metrics }: Pick<OperatorContext, 'conflictPolicy' | 'log' | 'metrics'>,
  cards: readonly CardDayConflicts[],
  now: string,
): Promise<void> {
  const known = await lockIncidents(
    tx,
    cardClasses,
    cards.map(({ card }) => subjectOf(card)),
  );
  const found = cards.flatMap((card) =>
    card.conflicts.map((one) => toIncident(conflictPolicy, card.card, one)),
  );
  if (found.length === 0 && known.length === 0) return;
  const stillFound = new Set(found.map(({ class: of, subject }) => `${of} ${subject}`));
  const withdrawn = await withdrawIncidents(
    tx,
    known.filter(({ class: of, subject }) => !stillFound.has(`${of} ${subject}`)),
    now,
  );
  const lifted = new Set(await liftBlocksOf(tx, withdrawn, now));
  await addEvents(
    tx,
    [...lifted].map((incidentId) => ({ incidentId, kind: 'lift_asked' })),
    now,
  );
  const saved = await saveIncidents(tx, found, known, now);
  await replaceIncidentTaps(
    tx,
    saved.map(({ incidentId }) => incidentId),
    saved.flatMap(tapsOf),
  );
  const grown = saved.filter(({ isMore }) => isMore);
  // Another incident of the card may still ask for the block that has just been lifted.
  const freed = new Set(
    known.filter(({ incidentId }) => lifted.has(incidentId)).map(({ subject }) => subject),
  );
  const standing = known.filter(
    ({ state, subject, incidentId }) =>
      state !== 'withdrawn' && freed.has(subject) && !withdrawn.includes(incidentId),
  );
  const cardBySubject = new Map(cards.map(({ card }) => [subjectOf(card), card]));
  await askForBlocks(
    tx,
    [...grown, ...standing]
      .filter(({ consequence }) => consequence === 'block')
      .flatMap(({ subject, incidentId, class: reason }) => {
        const card = cardBySubject.get(subject);
        if (!card) return [];
        const { serviceDay, cardRef, issuer } = card;
        return [{ serviceDay, cardRef, issuer, incidentId, reason }];
      }),
    now,
  );
  for (const incident of grown) tell({ log, metrics }, incident);
}

/** A log line for what somebody should look at, and a count for alerts. */
export function tell(
  { log, metrics }: Pick<OperatorContext, 'log' | 'metrics'>,
  {
    class: of,
    consequence,
    incidentId,
    count,
  }: Pick<SavedIncident, 'class' | 'consequence' | 'incidentId' | 'count'>,
): void {
  metrics.incidents.inc({ class: of, consequence });
  if (consequence !== 'record') log.warn({ incidentId, class: of, consequence, count }, 'incident');
}

const subjectOf = ({ serviceDay, cardRef }: CardDay) => `${serviceDay} ${cardRef}`;

function toIncident(
  policy: ConflictPolicy,
  card: CardDay,
  { class: of, findings, grave, firstAtMilliseconds }: CardConflict,
): FoundIncident {
  return {
    class: of,
    subject: subjectOf(card),
    serviceDay: card.serviceDay,
    cardRef: card.cardRef,
    validatorId: null,
    happenedAt: instantOf(firstAtMilliseconds),
    findings: findings.slice(0, keptFindings),
    count: findings.length,
    consequence: consequenceOf(policy, of, grave),
  };
}

/** Of a copy the first tap of each finding is the one that counts. */
function tapsOf({ incidentId, serviceDay, cardRef, findings }: SavedIncident) {
  const counts = new Map<string, boolean>();
  for (const { rule, tapIds } of findings) {
    for (const [index, tapId] of tapIds.entries()) {
      counts.set(tapId, (counts.get(tapId) ?? true) && (rule !== 'same_slot' || index === 0));
    }
  }
  return [...counts].map(([tapId, doesCount]) => ({
    serviceDay: serviceDay as string,
    cardRef: cardRef as string,
    tapId,
    incidentId,
    counts: doesCount,
  }));
}
