/** Concessions: a rider applies with a picture of a document, staff decide, the card carries the class until a day. */
import { z } from 'zod';
import { instant, serviceDay, uuid } from './common.ts';
import type { Api } from './endpoint.ts';
import { queueQuery, staffDecision, staffName } from './refunds.ts';

/** Who rides for less, with the class that tickets carry: 1 reduced, 2 free. The ticket never says the category. */
export const concessionCategories = {
  student: 1,
  worker: 1,
  elderly: 2,
  disabled: 2,
  merit: 2,
  child: 2,
  poor_household: 2,
} as const;
export type ConcessionCategory = keyof typeof concessionCategories;
export const concessionCategory = z.enum(
  Object.keys(concessionCategories) as [ConcessionCategory, ...ConcessionCategory[]],
);

/** Largest picture of a document, in bytes; the app makes it smaller first. */
export const largestPictureBytes = 1_000_000;

export const cardConcession = z.strictObject({
  category: concessionCategory,
  class: z.int().min(1).max(2),
  /** The last service day it counts on. */
  until: serviceDay,
});
export type CardConcession = z.output<typeof cardConcession>;

export const concessionApplication = z.strictObject({
  applicationId: uuid,
  category: concessionCategory,
  state: z.enum(['waiting', 'approved', 'refused']),
  askedAt: instant,
  decidedAt: instant.nullable(),
  /** What staff said. */
  reason: z.string().nullable(),
  until: serviceDay.nullable(),
});
export type ConcessionApplication = z.output<typeof concessionApplication>;

export const staffApplication = z.strictObject({
  ...concessionApplication.shape,
  decidedBy: z.string().nullable(),
});
export type StaffApplication = z.output<typeof staffApplication>;

const cardParams = z.strictObject({ cardId: uuid });
const applicationParams = z.strictObject({ applicationId: uuid });
const queue = z.strictObject({ applications: z.array(staffApplication) });
const picture = z.strictObject({ jpegBase64: z.string() });
const decision = z.strictObject({
  ...staffDecision.shape,
  /** The last service day, needed to approve; within two years. */
  until: serviceDay.nullable(),
});
const decisionProblems = [
  'application_not_found',
  'application_not_waiting',
  'validity_out_of_range',
] as const;

export const concessionApi = {
  'GET /v1/cards/{cardId}/concession': {
    summary: 'The concession a card carries today, and the last application for it.',
    caller: 'rider',
    params: cardParams,
    response: z.strictObject({
      concession: cardConcession.nullable(),
      application: concessionApplication.nullable(),
    }),
    problems: ['card_not_found'],
  },
  'POST /v1/cards/{cardId}/concession-applications': {
    summary: `Apply with a JPEG picture of a document of at most ${largestPictureBytes} bytes. It is kept encrypted and deleted with the decision.`,
    caller: 'rider',
    params: cardParams,
    query: z.strictObject({ category: concessionCategory }),
    upload: 'image/jpeg',
    status: 201,
    response: concessionApplication,
    problems: ['card_not_found', 'application_waits', 'not_a_picture', 'body_too_large', 'too_many_requests'],
  },
  'GET /v1/staff/concession-applications': {
    summary: 'Applications that wait, the oldest first, or all, the newest first; at most 200.',
    caller: 'service',
    query: queueQuery,
    response: queue,
  },
  'GET /v1/staff/concession-applications/{applicationId}/picture': {
    summary: 'The picture of a waiting application.',
    caller: 'service',
    params: applicationParams,
    response: picture,
    problems: ['application_not_found', 'application_not_waiting'],
  },
  'POST /v1/staff/concession-applications/{applicationId}/decision': {
    summary: 'Approve until a day, or refuse; the picture is deleted.',
    caller: 'service',
    params: applicationParams,
    body: z.strictObject({ ...decision.shape, by: staffName }),
    response: staffApplication,
    problems: decisionProblems,
  },
} as const satisfies Api;

export const staffConcessionApi = {
  'GET /v1/concession-applications': {
    summary: 'Applications that wait, the oldest first, or all, the newest first; at most 200.',
    caller: 'staff',
    query: queueQuery,
    response: queue,
    problems: ['issuer_unreachable'],
  },
  'POST /v1/concession-applications/{applicationId}/picture': {
    summary: 'Look at the picture of a waiting application; recorded with who and why.',
    caller: 'staff',
    params: applicationParams,
    body: z.strictObject({ reason: staffDecision.shape.reason }),
    response: picture,
    problems: ['application_not_found', 'application_not_waiting', 'issuer_unreachable'],
  },
  'POST /v1/concession-applications/{applicationId}/decision': {
    summary: 'Approve until a day, or refuse; recorded with who and why.',
    caller: 'staff',
    params: applicationParams,
    body: decision,
    response: staffApplication,
    problems: [...decisionProblems, 'issuer_unreachable'],
  },
} as const satisfies Api;
