/** Who the operator's callers turn out to be, and the shape of its handlers. */
import type { OperatorApi } from '@vedong/contracts';
import type { Handlers } from '@vedong/runtime/api';
import type { StaffMember } from '../db/staff.ts';

export interface Callers {
  staff: StaffMember;
  /** The validator's id. */
  validator: string;
  /** The issuer. */
  service: void;
}

export type OperatorHandlers = Handlers<OperatorApi, Callers>;
