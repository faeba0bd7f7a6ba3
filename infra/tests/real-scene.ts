/** What a fault test on the running stack works with. */
import type { Client, OperatorApi, TapAnswer } from '@vedong/contracts';
import type { Stack } from '../src/stack.ts';
import type { Phone } from './phones.ts';

export interface Scene {
  stack: Stack;
  dataFolder: string;
  /** Signed in as staff. */
  operator: Client<OperatorApi>;
  tap: (gate: string, code: string) => Promise<TapAnswer>;
  /** Cards of a rider who has signed in just now. */
  newPhones: (count: number) => Promise<Phone[]>;
}

/** Of what comes about by itself, however busy the machine. */
export const patience = { timeout: 60_000, interval: 50 };
