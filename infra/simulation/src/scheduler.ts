/** The world's time: events in order of their moment, one at a time. No real timer runs in the world under test. */
import type { Random } from './random.ts';

export interface Scheduler {
  /** True time, unix milliseconds; nobody in the world knows it but the servers. */
  now: () => number;
  /** Whatever is due at one moment happens in an order of chance. */
  after(milliseconds: number, happen: () => void | Promise<void>): void;
  /** Work that takes real time, in another thread, but none in the world: no event happens before it is done. */
  standStill<T>(work: Promise<T>): Promise<T>;
  /** Lets everything happen that is due until a moment, or until `isOver`. */
  runUntil(moment: number, isOver: () => boolean): Promise<void>;
}

interface Event {
  at: number;
  order: number;
  happen: () => void | Promise<void>;
}

/** More are a world that feeds itself. */
const eventsMost = 2_000_000;

export function createScheduler(startsAt: number, random: Random): Scheduler {
  let now = startsAt;
  let happened = 0;
  let standing = 0;
  const queue: Event[] = [];

  const isStanding = () => standing > 0;
  const isBefore = (one: Event, other: Event) =>
    one.at < other.at || (one.at === other.at && one.order < other.order);

  /** Where an event belongs in the queue, of which the last is the next. */
  function placeOf(event: Event): number {
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(event, queue[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    now: () => now,
    after(milliseconds, happen) {
      if (!(milliseconds >= 0)) throw new RangeError('nothing happens before now');
      const event = { at: now + Math.round(milliseconds), order: random.next(), happen };
      queue.splice(placeOf(event), 0, event);
    },
    async standStill(work) {
      standing += 1;
      try {
        return await work;
      } finally {
        standing -= 1;
      }
    },
    async runUntil(moment, isOver) {
      for (let next = queue.at(-1); next !== undefined && next.at <= moment; next = queue.at(-1)) {
        if (isOver()) return;
        queue.pop();
        now = next.at;
        happened += 1;
        if (happened > eventsMost) throw new Error('the world does not come to rest');
        await next.happen();
        await settle();
        while (isStanding()) await settle();
      }
      now = Math.max(now, moment);
    },
  };
}

/** Until every promise that can go on has gone on: nothing in the world waits for anything but its events. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
