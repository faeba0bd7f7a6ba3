/** Says of a tap or trip that it contradicts others, with the way to the incident where it is known. */
import type { OperatorTap } from '@vedong/contracts';
import { writeAddress } from './address.ts';
import { classWords, incidentMessages as words } from './incident-words.ts';
import { say } from './language.ts';

export function ConflictBadge({ conflict }: { conflict: OperatorTap['conflict'] }) {
  if (!conflict) return null;
  const { incidentId, counts } = conflict;
  const href = writeAddress({ view: 'incidents', filters: {}, tripId: null, incidentId });
  return (
    <a href={href} data-testid="conflict" title={say(words.seeIncident)}>
      <span class="badge warn">
        <span aria-hidden="true">⚠ </span>
        {say(classWords[conflict.class])}
        {!counts && ` · ${say(words.doesNotCount)}`}
      </span>
    </a>
  );
}

/** Of a trip, one of whose taps it is. */
export function InConflict({ is }: { is: boolean }) {
  return is ? (
    <span class="badge warn" data-testid="in-conflict">
      <span aria-hidden="true">⚠ </span>
      {say(words.inConflict)}
    </span>
  ) : null;
}
