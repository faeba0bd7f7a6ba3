/** What went wrong, as one sentence for the person at the keyboard: printed as it stands, without a stack. */
export class PlainError extends Error {
  override name = 'PlainError';
}

/** The `code` of a system error such as ENOSPC, or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
