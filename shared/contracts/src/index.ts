/** What the services say to each other and to the pages: one zod schema per endpoint. */
export * from './endpoint.ts';
export * from './common.ts';
export * from './client.ts';
export * from './conflicts.ts';
export * from './card-blocks.ts';
export * from './incidents.ts';
export * from './issuer.ts';
export * from './money.ts';
export * from './rider-trip.ts';
export * from './corrections.ts';
export * from './tariffs.ts';
export * from './trust.ts';
export * from './validator.ts';
export * from './validator-trust.ts';
export * from './operator.ts';
export * from './gate-classes.ts';
export * from './validator-reports.ts';
