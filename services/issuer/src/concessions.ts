/** Concessions: applied for with a picture, decided by staff, carried by the card until a day. */
import {
  concessionCategories,
  largestPictureBytes,
  type CardConcession,
  type ConcessionApplication,
  type ConcessionCategory,
  type StaffApplication,
} from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import { addServiceDays, serviceDayAt, type ServiceDay } from '@vedong/travel';
import type { Readable } from 'node:stream';
import { getCard } from './cards.ts';
import type { CardRow } from './db/cards.ts';
import {
  findApplication,
  findLastApplication,
  findPicture,
  listApplications,
  lockApplication,
  putCardConcession,
  settleApplication,
  tryInsertApplication,
  type ApplicationRow,
} from './db/concessions.ts';
import type { IssuerDb } from './db/database.ts';
import type { Issuer } from './issuer.ts';

const mostForStaff = 200;
const longestValidityDays = 2 * 366;

type ConcessionColumns = Pick<CardRow, 'concession_category' | 'concession_until'>;

/** What a card carries on a service day; null where it has none, or no longer. */
export function concessionOn(card: ConcessionColumns, day: ServiceDay): CardConcession | null {
  const { concession_category: category, concession_until: until } = card;
  if (category === null || until === null || day > until) return null;
  return { category, class: concessionCategories[category], until };
}

/** As tickets say it: 0 full fare, 1 reduced, 2 free. */
export const concessionClassOn = (card: ConcessionColumns, day: ServiceDay): number =>
  concessionOn(card, day)?.class ?? 0;

/** Throws `card_not_found`. */
export async function getConcession(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  { riderId, cardId }: { riderId: string; cardId: string },
) {
  const card = await getCard(db, riderId, cardId);
  const application = await findLastApplication(db, cardId);
  return {
    concession: concessionOn(card, serviceDayAt(clock.nowMilliseconds() / 1000, config.calendar)),
    application: application ? toApplication(application) : null,
  };
}

/** Throws `card_not_found`, `body_too_large`, `not_a_picture`, `application_waits`. */
export async function applyForConcession(
  { db, clock, vault, newId }: Pick<Issuer, 'db' | 'clock' | 'vault' | 'newId'>,
  { riderId, cardId }: { riderId: string; cardId: string },
  { category, picture }: { category: ConcessionCategory; picture: Readable },
): Promise<ConcessionApplication> {
  await getCard(db, riderId, cardId);
  const bytes = await readPicture(picture);
  const applicationId = newId();
  const isNew = await tryInsertApplication(db, {
    application_id: applicationId,
    card_id: cardId,
    category,
    state: 'waiting',
    picture_sealed: vault.seal('concession-picture', applicationId, bytes),
    asked_at: new Date(clock.nowMilliseconds()),
    decided_at: null,
    decided_by: null,
    reason: null,
    until: null,
  });
  if (!isNew) {
    throw new ServiceError(409, 'application_waits', {
      detail: 'This card has an application that waits for staff.',
    });
  }
  return toApplication((await findApplication(db, applicationId))!);
}

const jpegBegins = Buffer.from([0xff, 0xd8, 0xff]);

async function readPicture(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > largestPictureBytes) {
      throw new ServiceError(413, 'body_too_large', {
        detail: `A picture may have ${largestPictureBytes} bytes. Send a smaller one.`,
      });
    }
    chunks.push(chunk as Buffer);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.subarray(0, jpegBegins.length).equals(jpegBegins)) return bytes;
  throw new ServiceError(400, 'not_a_picture', { detail: 'The file is no JPEG picture.' });
}

export const listStaffApplications = async (
  db: IssuerDb,
  show: 'waiting' | 'all',
): Promise<StaffApplication[]> => (await listApplications(db, show, mostForStaff)).map(toStaffApplication);

/** Throws `application_not_found`, and `application_not_waiting` once the picture is deleted. */
export async function getApplicationPicture(
  { db, vault }: Pick<Issuer, 'db' | 'vault'>,
  applicationId: string,
): Promise<{ jpegBase64: string }> {
  const sealed = await findPicture(db, applicationId);
  if (sealed === undefined) throw notFound();
  if (sealed === null) throw notWaiting();
  return { jpegBase64: vault.open('concession-picture', applicationId, sealed).toString('base64') };
}

export interface ConcessionDecision {
  decision: 'approve' | 'refuse';
  reason: string;
  /** Needed to approve. */
  until: ServiceDay | null;
  by: { email: string };
}

/** Throws `application_not_found`, `application_not_waiting`, `validity_out_of_range`. */
export async function decideConcession(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  applicationId: string,
  { decision, reason, until, by }: ConcessionDecision,
): Promise<StaffApplication> {
  const now = clock.nowMilliseconds();
  const today = serviceDayAt(now / 1000, config.calendar);
  const isApproved = decision === 'approve';
  await db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, applicationId);
    if (!application) throw notFound();
    if (application.state !== 'waiting') throw notWaiting();
    if (isApproved) {
      const last = requireValidity(until, today);
      await putCardConcession(trx, application.card_id, { category: application.category, until: last });
    }
    await settleApplication(trx, applicationId, {
      state: isApproved ? 'approved' : 'refused',
      decided_at: new Date(now),
      decided_by: by.email.toLowerCase(),
      reason,
      until: isApproved ? until : null,
    });
  });
  return toStaffApplication((await findApplication(db, applicationId))!);
}

function requireValidity(until: ServiceDay | null, today: ServiceDay): ServiceDay {
  if (until !== null && today <= until && until <= addServiceDays(today, longestValidityDays)) return until;
  throw new ServiceError(400, 'validity_out_of_range', {
    detail: 'Say until which day the concession counts: today or later, within two years.',
  });
}

const notFound = () =>
  new ServiceError(404, 'application_not_found', { detail: 'There is no such application.' });
const notWaiting = () =>
  new ServiceError(409, 'application_not_waiting', { detail: 'This application has been decided already.' });

const toApplication = (row: ApplicationRow): ConcessionApplication => ({
  applicationId: row.application_id,
  category: row.category,
  state: row.state,
  askedAt: instantOf(row.asked_at.getTime()),
  decidedAt: row.decided_at && instantOf(row.decided_at.getTime()),
  reason: row.reason,
  until: row.until,
});

const toStaffApplication = (row: ApplicationRow): StaffApplication => ({
  ...toApplication(row),
  decidedBy: row.decided_by,
});
