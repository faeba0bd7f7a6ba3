/** Checks 1 to 8 of a ticket, in the order in which the first that fails names the reason. */
import { decodeTicket } from './decode.ts';
import { TicketFormatError } from './format-error.ts';
import { certificateOf, proofFieldsOf, proofSigningInput, signingInput } from './jws.ts';
import { isUsable, type IssuerKey, type KeySet } from './key-set.ts';
import { lengths } from './layout.ts';
import type { TicketReason } from './reasons.ts';
import type { Signatures } from './signatures.ts';
import { slotAt, slotStart, slotWindow } from './slots.ts';
import { statuses, type StatusList } from './status-list.ts';
import { firstSlotOf, type DecodedTicket, type DeviceTicket } from './ticket.ts';

/** What the gate knows when a ticket is shown. */
export interface VerifyContext {
  /** The gate's trusted clock, unix seconds. */
  nowSeconds: number;
  keys: KeySet;
  /** What the gate displays, 16 lower-case hex digits, or null for nothing. */
  challenge: string | null;
  /** The issuer's status list of the service day in which a slot lies, or undefined where the gate has none. */
  statusListFor: (firstSlot: number, issuer: number) => StatusList | undefined;
  signatures: Signatures;
}

export type VerifyReason = Exclude<TicketReason, 'replayed'>;

/** `ticket` stands beside a reason only once its signatures had passed: before, nothing of it is to be believed. */
export type VerifyResult =
  | { outcome: 'valid'; ticket: DecodedTicket; statusChecked: boolean }
  | { outcome: 'rejected'; reason: VerifyReason; ticket?: DecodedTicket };

/**
 * Verifies the text a scanner gave, one trailing CR, LF or CRLF included.
 * Coverage and replay are the gate's next steps. Never throws for any text.
 */
export async function verifyTicket(text: string, context: VerifyContext): Promise<VerifyResult> {
  const ticket = readScan(text);
  if (ticket === undefined) return rejected('malformed');

  const key = context.keys.find(ticket.issuer, ticket.keyNo);
  if (key === undefined) {
    return rejected(context.keys.hasIssuer(ticket.issuer) ? 'unknown_key' : 'unknown_issuer');
  }
  if (!isUsable(key, context.nowSeconds)) return rejected('key_revoked');

  if (!(await isSignedByIssuer(ticket, key, context.signatures))) return rejected('bad_signature');
  if (ticket.profile === 'D' && !(await isProven(ticket, context.signatures))) return rejected('bad_proof');

  const list = context.statusListFor(firstSlotOf(ticket), ticket.issuer);
  const reason =
    judgeChallenge(ticket, context.challenge) ??
    judgeCertificate(ticket, context.nowSeconds) ??
    judgeSlot(ticket.slot, slotAt(context.nowSeconds)) ??
    (list && judgeStatus(list, ticket.statusIdx));
  if (reason !== undefined) return { outcome: 'rejected', reason, ticket };
  return { outcome: 'valid', ticket, statusChecked: list !== undefined };
}

const rejected = (reason: VerifyReason): VerifyResult => ({ outcome: 'rejected', reason });

/** Hardware scanners end a line; a space is a Base45 digit and stays. */
function readScan(text: string): DecodedTicket | undefined {
  let end = text.length;
  if (text[end - 1] === '\n') end -= 1;
  if (text[end - 1] === '\r' && end >= text.length - 1) end -= 1;
  try {
    return decodeTicket(end === text.length ? text : text.slice(0, end));
  } catch (error) {
    if (error instanceof TicketFormatError) return undefined;
    throw error;
  }
}

function isSignedByIssuer(
  ticket: DecodedTicket,
  key: IssuerKey,
  signatures: Signatures,
): boolean | Promise<boolean> {
  const signedLength = ticket.profile === 'S' ? lengths.singlePayload : lengths.certificatePayload;
  return signatures.verifyEd25519(
    key.publicKey,
    signingInput(key.jwsPrefix[ticket.profile], ticket.bytes.subarray(0, signedLength)),
    ticket.bytes.subarray(signedLength, signedLength + lengths.signature),
  );
}

async function isProven(ticket: DeviceTicket, signatures: Signatures): Promise<boolean> {
  const digest = await signatures.sha256(certificateOf(ticket));
  return signatures.verifyEs256(
    ticket.deviceKey,
    proofSigningInput(proofFieldsOf(ticket), digest),
    ticket.bytes.subarray(ticket.bytes.length - lengths.signature),
  );
}

/** S cannot answer a challenge; a challenge answered where none is displayed is ignored. */
function judgeChallenge(ticket: DecodedTicket, displayed: string | null): VerifyReason | undefined {
  if (displayed === null) return undefined;
  return ticket.profile === 'D' && ticket.challenge === displayed ? undefined : 'wrong_challenge';
}

/** The start of the slot first, then now; the slot window gives no grace here. */
function judgeCertificate(ticket: DecodedTicket, nowSeconds: number): VerifyReason | undefined {
  if (ticket.profile === 'S') return undefined;
  const startSeconds = slotStart(ticket.notBefore);
  const endSeconds = startSeconds + ticket.validMinutes * 60;
  for (const moment of [slotStart(ticket.slot), nowSeconds]) {
    if (moment < startSeconds) return 'not_yet_valid';
    if (moment >= endSeconds) return 'expired';
  }
  return undefined;
}

function judgeSlot(slot: number, gateSlot: number): VerifyReason | undefined {
  if (slot - gateSlot > slotWindow.aheadSlots) return 'clock_ahead';
  if (gateSlot - slot > slotWindow.behindSlots) return 'stale';
  return undefined;
}

/** Unknown is never valid: an index beyond the list and the value without a meaning are revoked. */
function judgeStatus(list: StatusList, index: number): VerifyReason | undefined {
  switch (list.get(index)) {
    case statuses.valid:
      return undefined;
    case statuses.suspended:
      return 'suspended';
    default:
      return 'revoked';
  }
}
