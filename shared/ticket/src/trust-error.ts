/** The one error of everything signed that a gate fetches: trust bundle, status list, delta. */

export type TrustErrorCode =
  | 'too_large'
  | 'malformed'
  | 'unknown_key'
  | 'key_revoked'
  | 'bad_signature'
  | 'wrong_subject'
  | 'wrong_base'
  | 'version_too_low'
  | 'issued_in_future'
  | 'expired';

/** `code` is stable; the message says more and holds nothing of the input. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
  readonly code: TrustErrorCode;

  constructor(code: TrustErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
