/** Keeps incidents about validators: clocks that cannot be right, journals that lack records or have two continuations. */
import type { Finding, TapBatch } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { consequenceOf } from './conflict-policy.ts';
import type { OperatorContext } from './context.ts';
import type { FalseMark } from './continued-taps.ts';
import {
  insertIncidentTaps,
  keptFindings,
  lockIncidents,
  saveIncidents,
  withdrawIncidents,
  type KnownIncident,
} from './db/save-incidents.ts';
import type { Tx } from './db/tables.ts';
import { noteGap } from './db/validators.ts';
import { findClockTrouble } from './find-clock-trouble.ts';
import type { StorableRecord } from './judge-record.ts';
import { tell } from './settle-conflicts.ts';

type Context = Pick<OperatorContext, 'conflictPolicy' | 'log' | 'metrics'>;

/** Looks at the records of a batch that are new. In the transaction that stores them, so each is counted once. */
export async function watchClock(
  tx: Tx,
  { conflictPolicy, log, metrics }: Context,
  { validatorId, records }: { validatorId: string; records: readonly StorableRecord[] },
  nowMilliseconds: number,
): Promise<void> {
  const troubles = findClockTrouble(records, nowMilliseconds, conflictPolicy.limits);
  if (troubles.length === 0) return;
  const now = instantOf(nowMilliseconds);
  const subjectOf = (serviceDay: string) => `${validatorId} ${serviceDay}`;
  const known = await lockIncidents(
    tx,
    ['clock'],
    troubles.map(({ serviceDay }) => subjectOf(serviceDay)),
  );
  const found = troubles.map(({ serviceDay, findings, firstAtMilliseconds }) => {
    const before = known.find(({ subject }) => subject === subjectOf(serviceDay));
    const count = (before?.count ?? 0) + findings.length;
    return {
      class: 'clock' as const,
      subject: subjectOf(serviceDay),
      serviceDay,
      cardRef: null,
      validatorId,
      happenedAt: instantOf(firstAtMilliseconds),
      findings: [...(before?.findings ?? []), ...findings].slice(0, keptFindings),
      count,
      consequence: consequenceOf(conflictPolicy, 'clock', count),
    };
  });
  const cardOf = new Map(records.map(({ tap }) => [tap.tapId, tap]));
  for (const incident of await saveIncidents(tx, found, known, now)) {
    tell({ log, metrics }, incident);
    const taps = incident.findings.flatMap(({ tapIds }) => tapIds.map((tapId) => cardOf.get(tapId)));
    await insertIncidentTaps(
      tx,
      taps
        .filter((tap) => tap !== undefined)
        .map(({ serviceDay, cardRef, tapId }) => ({
          serviceDay,
          cardRef,
          tapId,
          incidentId: incident.incidentId,
          counts: true,
        })),
    );
  }
}

/** The validator went on after records that never came. */
export async function watchGap(
  tx: Tx,
  context: Context,
  batch: TapBatch,
  at: { lastSeq: number; nowMilliseconds: number },
): Promise<void> {
  await noteGap(tx, batch.validatorId, batch.firstSeq - 1);
  await addChainFinding(tx, context, batch.validatorId, {
    finding: chainFinding('gap', at.lastSeq + 1, batch.firstSeq),
    nowMilliseconds: at.nowMilliseconds,
  });
}

/** The validator sent other records than those kept: a restored disk, a change, or a second machine with its key. */
export async function watchFork(
  tx: Tx,
  context: Context,
  batch: TapBatch,
  at: { lastSeq: number; nowMilliseconds: number },
): Promise<void> {
  await addChainFinding(tx, context, batch.validatorId, {
    finding: chainFinding('fork', at.lastSeq + 1, batch.firstSeq),
    nowMilliseconds: at.nowMilliseconds,
  });
}

/** Taps that stand for others which they cannot stand for: no honest gate writes that. */
export async function watchMarks(
  tx: Tx,
  context: Context,
  marks: readonly FalseMark[],
  nowMilliseconds: number,
): Promise<void> {
  for (const { validatorId, seq, tapId, continues } of marks) {
    const finding: Finding = {
      rule: 'false_mark',
      tapIds: [continues, tapId],
      metres: null,
      seconds: null,
      expectedSeq: null,
      firstSeq: seq,
    };
    await addChainFinding(tx, context, validatorId, { finding, nowMilliseconds });
  }
}

/** The missing records have come: nothing is wrong with the journal any more, unless something else is found in it. */
export async function closeGap(
  tx: Tx,
  context: Context,
  validatorId: string,
  nowMilliseconds: number,
): Promise<void> {
  const [known] = await lockIncidents(tx, ['broken_chain'], [validatorId]);
  if (!known || known.state === 'withdrawn') return;
  const findings = known.findings.filter(({ rule }) => rule !== 'gap');
  if (findings.length === 0) await withdrawIncidents(tx, [known], instantOf(nowMilliseconds));
  else await saveChain(tx, context, validatorId, { findings, known, nowMilliseconds });
}

async function addChainFinding(
  tx: Tx,
  context: Context,
  validatorId: string,
  { finding, nowMilliseconds }: { finding: Finding; nowMilliseconds: number },
): Promise<void> {
  const [known] = await lockIncidents(tx, ['broken_chain'], [validatorId]);
  const before = known && known.state !== 'withdrawn' ? known.findings : [];
  const isKnown = before.some(
    ({ rule, firstSeq }) => rule === finding.rule && (rule === 'gap' || firstSeq === finding.firstSeq),
  );
  if (isKnown) return;
  await saveChain(tx, context, validatorId, {
    findings: [...before, finding].slice(0, keptFindings),
    known,
    nowMilliseconds,
  });
}

async function saveChain(
  tx: Tx,
  { conflictPolicy, log, metrics }: Context,
  validatorId: string,
  plan: { findings: Finding[]; known: KnownIncident | undefined; nowMilliseconds: number },
): Promise<void> {
  const now = instantOf(plan.nowMilliseconds);
  const count = plan.findings.length;
  const saved = await saveIncidents(
    tx,
    [
      {
        class: 'broken_chain',
        subject: validatorId,
        serviceDay: null,
        cardRef: null,
        validatorId,
        happenedAt: now,
        findings: plan.findings,
        count,
        consequence: consequenceOf(conflictPolicy, 'broken_chain', count),
      },
    ],
    plan.known ? [plan.known] : [],
    now,
  );
  for (const incident of saved) if (incident.isMore) tell({ log, metrics }, incident);
}

const chainFinding = (rule: 'gap' | 'fork', expectedSeq: number, firstSeq: number): Finding => ({
  rule,
  tapIds: [],
  metres: null,
  seconds: null,
  expectedSeq,
  firstSeq,
});
