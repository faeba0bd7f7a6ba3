/** Signing in and out, and who is signed in. */
import { clearSessionCookie, sessionHashOf, setSessionCookie } from '@vedong/runtime/session-token';
import type { OperatorContext } from '../context.ts';
import { deleteSession } from '../db/staff.ts';
import { createSignIn, sessionLifetimeSeconds } from '../sign-in.ts';
import type { OperatorHandlers } from './handlers.ts';

export function staffRoutes(context: OperatorContext, cookieSecure: boolean) {
  const signIn = createSignIn(context);
  return {
    'POST /v1/sign-in': async ({ body, request, response }) => {
      const { name, token } = await signIn({ ...body, address: request.ip ?? '' });
      setSessionCookie(response, token, { secure: cookieSecure, lifetimeSeconds: sessionLifetimeSeconds });
      return { name };
    },
    'POST /v1/sign-out': async ({ request, response }) => {
      await deleteSession(context.db, sessionHashOf(request));
      clearSessionCookie(response);
    },
    'GET /v1/me': ({ who }) => ({ name: who.name, email: who.email }),
  } satisfies Partial<OperatorHandlers>;
}
