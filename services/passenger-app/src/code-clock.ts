/** The clock that codes are made by: the issuer's time, carried on by the phone's monotonic clock. */

/** One moment as the phone sees it, in milliseconds. */
export interface PhoneMoment {
  /** `Date.now()`: may be set wrong, and may jump when somebody sets it. */
  device: number;
  /** `performance.now()`: never jumps, begins anew with each page, and may stand still while the phone sleeps. */
  monotonic: number;
}

/** The issuer's time at one moment of the phone. */
export interface CodeClock extends PhoneMoment {
  issuer: number;
  /** How long before this moment the issuer had last told its time; null where the phone cannot know. */
  ageMilliseconds: number | null;
}

/** What is kept on the phone so that the clock goes on after a reload. */
export type KeptClock = Pick<CodeClock, 'issuer' | 'device'>;

/** The clock just set by an answer of the issuer; half of the way there and back is taken for the way back. */
export function clockFromAnswer(
  issuerMilliseconds: number,
  sent: PhoneMoment,
  received: PhoneMoment,
): CodeClock {
  const wayBack = (received.monotonic - sent.monotonic) / 2;
  return { ...received, issuer: issuerMilliseconds + wayBack, ageMilliseconds: 0 };
}

/** The clock after a reload, when the phone's own clock is all there is to tell how long it was away. */
export function clockAfterReload(kept: KeptClock, now: PhoneMoment): CodeClock {
  const away = now.device - kept.device;
  return { ...now, issuer: kept.issuer + away, ageMilliseconds: away >= 0 ? away : null };
}

/**
 * The clock of a page that was hidden and is shown again. Phones may stop the monotonic clock in sleep, never
 * hurry it: where the phone's own clock went further, that is how long it was away.
 */
export function clockAfterSleep(clock: CodeClock, now: PhoneMoment): CodeClock {
  const away = Math.max(now.monotonic - clock.monotonic, now.device - clock.device);
  return {
    ...now,
    issuer: clock.issuer + away,
    ageMilliseconds: clock.ageMilliseconds === null ? null : clock.ageMilliseconds + away,
  };
}

/** The issuer's time now, in milliseconds since 1970. */
export const issuerTimeAt = (clock: CodeClock, now: PhoneMoment): number =>
  clock.issuer + now.monotonic - clock.monotonic;

/** How long ago the issuer last told its time, in seconds; null where the phone cannot know. */
export const clockAgeSecondsAt = (clock: CodeClock, now: PhoneMoment): number | null =>
  clock.ageMilliseconds === null ? null : (clock.ageMilliseconds + now.monotonic - clock.monotonic) / 1000;

export const phoneMoment = (): PhoneMoment => ({ device: Date.now(), monotonic: performance.now() });
