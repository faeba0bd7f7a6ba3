/** What the issuer's use cases work with, put together once in app.ts. */
import type { IssuerApi } from '@vedong/contracts';
import type { Handlers } from '@vedong/runtime/api';
import type { Clock } from '@vedong/runtime/clock';
import type { ChangeStreams } from './change-streams.ts';
import type { ServiceConfig } from './config.ts';
import type { IssuerDb } from './db/database.ts';
import type { Events } from './events.ts';
import type { Payments } from './payments/top-ups.ts';
import type { SendCode } from './send-code.ts';
import type { SignInLimits } from './sign-in-limits.ts';
import type { StatusLists } from './status-lists.ts';
import type { Trust } from './trust.ts';
import type { Vault } from './vault.ts';

export interface Issuer {
  db: IssuerDb;
  clock: Clock;
  config: ServiceConfig;
  /** UUID v7. */
  newId: () => string;
  sendCode: SendCode;
  vault: Vault;
  limits: SignInLimits;
  trust: Trust;
  statusLists: StatusLists;
  changes: ChangeStreams;
  payments: Payments;
  events: Events;
}

/** Who a request turned out to come from. */
export interface Callers {
  rider: { riderId: string; sessionHash: Buffer };
  service: true;
}

/** A group of the API's handlers. */
export type Routes = Partial<Handlers<IssuerApi, Callers>>;
