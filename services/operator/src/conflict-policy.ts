/** What an operator makes of each class of conflict: record it, warn of it, block the card. Pure. */
import type { ConflictClass, Consequence } from '@vedong/contracts';
import { defaultLimits, type ConflictLimits } from './find-conflicts.ts';

/** From how many findings on; absent: never. Fewer than either are recorded. */
export interface Thresholds {
  warn?: number;
  block?: number;
}

export interface ConflictPolicy {
  limits: ConflictLimits;
  thresholds: Readonly<Record<ConflictClass, Thresholds>>;
}

/** What an honest rider can hardly cause blocks; what a forgetful one can is recorded. */
export const defaultPolicy: ConflictPolicy = {
  limits: defaultLimits,
  thresholds: {
    copy: { warn: 0, block: 1 },
    shared_card: { warn: 1, block: 2 },
    reentry: {},
    clock: { warn: 1 },
    broken_chain: { warn: 1 },
  },
};

/** `grave`: the findings that an honest rider cannot cause. */
export function consequenceOf(policy: ConflictPolicy, of: ConflictClass, grave: number): Consequence {
  const { warn, block } = policy.thresholds[of];
  if (block !== undefined && grave >= block) return 'block';
  return warn !== undefined && grave >= warn ? 'warn' : 'record';
}

const form = /^(?:warn:(\d{1,3})(?:,block:([1-9]\d{0,2}))?|block:([1-9]\d{0,2}))$/;

/** `record`, `warn:1`, `block:2` or `warn:1,block:3`; null where it is none of these. */
export function readThresholds(text: string): Thresholds | null {
  if (text === 'record') return {};
  const match = form.exec(text);
  if (!match) return null;
  const [, warn, block = match[3]] = match;
  return {
    ...(warn !== undefined && { warn: Number(warn) }),
    ...(block !== undefined && { block: Number(block) }),
  };
}
