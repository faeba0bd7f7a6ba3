/** Whether the journal takes taps: an alarm when it stops, raised once, and the word that it works again. */
import type { Log } from '@vedong/runtime/log';
import type { JournalRoom } from './room.ts';

/** Less than this left, and a full disk is not yet over. */
const roomToRecoverBytes = 262_144;

export interface JournalHealth {
  failed: (error: unknown) => void;
  worked: () => void;
  isFailing: () => boolean;
  /** Tries the disk; does not take a disk that is still full for one that works. */
  probe: (write: () => void) => void;
}

export function watchHealth(log: Log, room: Pick<JournalRoom, 'leftBytes'>): JournalHealth {
  let isFailing = false;
  const health: JournalHealth = {
    failed(error) {
      if (!isFailing) log.error({ err: error }, 'ALARM: the journal takes no taps, so no gate opens');
      isFailing = true;
    },
    worked() {
      if (isFailing) log.warn('the journal takes taps again');
      isFailing = false;
    },
    isFailing: () => isFailing,
    probe(write) {
      try {
        write();
        if (isFailing && room.leftBytes() > roomToRecoverBytes) health.worked();
      } catch (error) {
        health.failed(error);
      }
    },
  };
  return health;
}
