/** @vedong/ticket: the ticket format VD1. Pure, browser-safe; times are arguments, nothing reads a clock. */
export {
  repeatWindowSeconds,
  slotAt,
  slotLifetimeSeconds,
  slotSeconds,
  slotStart,
  slotWindow,
} from './slots.ts';
export { decodeBase45, encodeBase45 } from './base45.ts';
export { TicketFormatError } from './format-error.ts';
export { maxTicketTextLength } from './layout.ts';
export {
  firstSlotOf,
  kidOf,
  ticketKid,
  type CardClaims,
  type CertificateClaims,
  type DecodedTicket,
  type DeviceTicket,
  type SignBytes,
  type SingleClaims,
  type SingleTicket,
} from './ticket.ts';
export { decodeTicket, readCertificate } from './decode.ts';
export { expandToJws } from './jws.ts';
export { clockAgeOf, signCertificate, signDeviceTicket, signSingleTicket, type ProofInput } from './sign.ts';
export { compressDeviceKey, decompressDeviceKey, type P256PublicJwk } from './device-key.ts';
export type { Signatures } from './signatures.ts';
export { webDeviceSigner, webSignatures } from './web-signatures.ts';
export {
  createKeySet,
  toJwks,
  type IssuerKey,
  type KeySet,
  type KeySource,
  type KeyStatus,
  type TrustKey,
} from './key-set.ts';
export { TrustError, type TrustErrorCode } from './trust-error.ts';
export type { ReadingTime, Signer } from './signed-json.ts';
export {
  signTrustBundle,
  statusListUriFor,
  verifyTrustBundle,
  type RootPublicJwk,
  type TrustBundle,
  type TrustIssuer,
} from './trust-bundle.ts';
export { buildStatusList, changeStatusList, StatusList, statuses } from './status-list.ts';
export {
  applyStatusDelta,
  signStatusChanges,
  signStatusDelta,
  signStatusList,
  verifyStatusDelta,
  verifyStatusList,
  type PublishedStatusList,
  type StatusDelta,
  type StatusListFacts,
  type StatusReader,
} from './status-token.ts';
export { ticketReasons, type TicketReason } from './reasons.ts';
export { judgeReplay, type LastClaim, type ReplayAnswer } from './replay.ts';
export { verifyTicket, type VerifyContext, type VerifyReason, type VerifyResult } from './verify.ts';
