/** The words both sides of a tap use: Tap, Outcome, Reason, Gate, Place, service day. Pure. */
export * from './gate.ts';
export * from './gate-class.ts';
export * from './reason.ts';
export * from './continued-tap.ts';
export * from './coverage.ts';
export * from './passback.ts';
export * from './service-day.ts';
export * from './tap.ts';
