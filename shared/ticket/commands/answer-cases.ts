/** The answers of this implementation to a file of VD1 vectors; what the file expects is never read. */
import { inflateSync } from 'node:zlib';
import {
  createKeySet,
  judgeReplay,
  StatusList,
  verifyTicket,
  type DecodedTicket,
  type KeySource,
  type LastClaim,
  type ReplayAnswer,
  type Signatures,
} from '@vedong/ticket';
import { nodeSignatures } from '@vedong/ticket/node';

/** The members of the file that an answer needs. */
export interface CasesFile {
  trust: KeySource;
  statusLists: { serviceDay: string; bits: number; lst: string }[];
  cases: { id: string; qr: string; now: number; challenge: string | null; serviceDayOf: string | null }[];
  replay: {
    id: string;
    steps: { issuer: number; cardRef: string; slot: number; validator: string; at: number }[];
  }[];
}

type Answer =
  | { id: string; outcome: string; reason: string | null; claims?: object }
  | { id: string; answers: ReplayAnswer[] };

/** Answers every case, then every replay sequence. Throws TypeError for a file that is not of this form. */
export async function* answerCases(
  file: CasesFile,
  signatures: Signatures = nodeSignatures,
): AsyncGenerator<Answer> {
  const keys = createKeySet(file.trust);
  const lists = new Map(
    file.statusLists.map(({ serviceDay, bits, lst }) => {
      if (bits !== 2) throw new TypeError('a status list is not of two bits');
      return [serviceDay, new StatusList(new Uint8Array(inflateSync(Buffer.from(lst, 'base64url'))))];
    }),
  );
  for (const { id, qr, now, challenge, serviceDayOf } of file.cases) {
    const list = serviceDayOf === null ? undefined : lists.get(serviceDayOf);
    if (serviceDayOf !== null && list === undefined)
      throw new TypeError(`${id} names a day without a status list`);
    const result = await verifyTicket(qr, {
      nowSeconds: now,
      keys,
      challenge,
      statusListFor: () => list,
      signatures,
    });
    yield result.outcome === 'valid'
      ? { id, outcome: 'valid', reason: null, claims: claimsOf(result.ticket) }
      : { id, outcome: 'rejected', reason: result.reason };
  }
  for (const { id, steps } of file.replay) yield { id, answers: answerSteps(steps) };
}

function answerSteps(steps: CasesFile['replay'][number]['steps']): ReplayAnswer[] {
  const lastOfCard = new Map<string, LastClaim>();
  return steps.map(({ issuer, cardRef, slot, validator, at }) => {
    const card = `${issuer}/${cardRef}`;
    const presented = { slot, validator, atSeconds: at };
    const answer = judgeReplay(lastOfCard.get(card), presented);
    if (answer === 'accepted') lastOfCard.set(card, presented);
    return answer;
  });
}

function claimsOf(ticket: DecodedTicket): object {
  const deviceKey = ticket.profile === 'D' ? Buffer.from(ticket.deviceKey).toString('hex') : undefined;
  return { ...ticket, deviceKey, bytes: undefined };
}
