/** Who is signed in, and every call to the operator: one that is not signed in any more ends the session here. */
import { signal } from '@preact/signals';
import type { OperatorApi } from '@vedong/contracts';
import { ApiError, type Client, createClient } from '@vedong/contracts/client';

export type Session =
  | { kind: 'unknown'; trouble: string | null }
  | { kind: 'signed_out'; hasEnded: boolean }
  | { kind: 'signed_in'; name: string };

export const session = signal<Session>({ kind: 'unknown', trouble: null });

const client = createClient<OperatorApi>('');

/** Throws ApiError. */
export const call: Client<OperatorApi> = async (key, ...input) => {
  try {
    return await client(key, ...input);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && session.value.kind === 'signed_in') {
      session.value = { kind: 'signed_out', hasEnded: true };
    }
    throw error;
  }
};

export const codeOf = (error: unknown): string =>
  error instanceof ApiError ? error.code : 'unexpected_answer';

/** Finds out at start whether the cookie of an earlier visit still counts. */
export async function resumeSession(): Promise<void> {
  try {
    const { name } = await call('GET /v1/me');
    session.value = { kind: 'signed_in', name };
  } catch (error) {
    const isSignedOut = error instanceof ApiError && error.status === 401;
    session.value = isSignedOut
      ? { kind: 'signed_out', hasEnded: false }
      : { kind: 'unknown', trouble: codeOf(error) };
  }
}

/** Throws ApiError, e.g. `wrong_credentials`. */
export async function signIn(email: string, password: string): Promise<void> {
  const { name } = await call('POST /v1/sign-in', { body: { email, password } });
  session.value = { kind: 'signed_in', name };
}

export async function signOut(): Promise<void> {
  await call('POST /v1/sign-out');
  session.value = { kind: 'signed_out', hasEnded: false };
}
