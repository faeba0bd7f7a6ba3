/** Revoked validators seen from outside: once one of them has written down that it is, its gates give no answer any more. */
import type { SimulatedValidator } from './validator-process.ts';

export type Revocations = ReturnType<typeof watchRevocations>;

export function watchRevocations(fail: (invariant: 'revoked', what: string) => void) {
  /** By validator, the last record that the operator had of it when staff revoked it. */
  const lastSeqs = new Map<string, number>();
  const closed = new Set<string>();

  /** Looks at the table, not at the code that wrote it; what was on the disk once counts for ever. */
  function hasHeard({ validatorId, disk }: SimulatedValidator): boolean {
    if (!lastSeqs.has(validatorId)) return false;
    if (closed.has(validatorId)) return true;
    const row = disk.raw.prepare("select 1 from kept_copies where name = 'revocation'").get();
    if (row) closed.add(validatorId);
    return row !== undefined;
  }

  return {
    lastSeqs,
    hasHeard,
    /** What counts of its journal, however much there is. */
    countsUpTo: (validatorId: string): number => lastSeqs.get(validatorId) ?? Number.POSITIVE_INFINITY,
    /** To be called as a code is read. */
    watchAnswer(validator: SimulatedValidator, gateId: string) {
      const isClosed = hasHeard(validator);
      return {
        answered(): void {
          if (isClosed)
            fail('revoked', `${gateId} answers, though ${validator.validatorId} knows it is revoked`);
        },
        refusedAsRevoked(): void {
          if (!lastSeqs.has(validator.validatorId))
            fail('revoked', `${gateId} is closed, and nobody revoked it`);
        },
      };
    },
  };
}
