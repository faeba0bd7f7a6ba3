/** Places, lines and gates. */
import { addServiceDays, serviceDayAt } from '@vedong/travel';
import type { OperatorContext } from '../context.ts';
import { listGateClasses } from '../db/gate-classes.ts';
import { listGates, listLines } from '../db/network.ts';
import { listRuleChanges, type Author } from '../db/passback.ts';
import type { StaffMember } from '../db/staff.ts';
import { putGateClasses } from '../put-gate-classes.ts';
import { putGates, putNetwork } from '../put-network.ts';
import { setPassback } from '../set-passback.ts';
import type { OperatorHandlers } from './handlers.ts';

/** How far back the list of gates looks for a last tap. */
const lastTapDays = 7;

/** As the contract says. */
const changesMost = 200;

export function networkRoutes({ db, clock, calendar }: OperatorContext) {
  const authorOf = ({ email }: StaffMember): Author => ({
    by: email,
    at: new Date(clock.nowMilliseconds()),
  });
  return {
    'PUT /v1/network': ({ body, who }) => putNetwork(db, body, authorOf(who)),
    'GET /v1/lines': async () => ({ lines: await listLines(db) }),
    'PUT /v1/lines/{lineId}/passback': ({ params, body, who }) =>
      setPassback(db, { ...params, ...body }, authorOf(who)),
    'GET /v1/passback-changes': async ({ query }) => ({
      changes: await listRuleChanges(db, { ...query, limit: changesMost }),
    }),
    'PUT /v1/gate-classes': ({ body }) => putGateClasses(db, body.gateClasses),
    'GET /v1/gate-classes': async () => ({ gateClasses: await listGateClasses(db) }),
    'PUT /v1/gates': ({ body }) => putGates(db, body.gates),
    'GET /v1/gates': async () => {
      const today = serviceDayAt(clock.nowMilliseconds() / 1000, calendar);
      return { gates: await listGates(db, addServiceDays(today, -lastTapDays)) };
    },
  } satisfies Partial<OperatorHandlers>;
}
