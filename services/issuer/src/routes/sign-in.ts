/** Signing in and out, and who is signed in. */
import { clearSessionCookie, setSessionCookie } from '@vedong/runtime/session-token';
import { deleteSession } from '../db/riders.ts';
import type { Issuer, Routes } from '../issuer.ts';
import {
  codeLifetimeSeconds,
  getPhoneEnding,
  requestCode,
  sessionLifetimeSeconds,
  signIn,
} from '../sign-in.ts';

export const signInRoutes = (issuer: Issuer) =>
  ({
    'POST /v1/sign-in/codes': async ({ body, request }) => {
      const demoCode = await requestCode(issuer, body.phone, request.ip ?? '');
      return { expiresInSeconds: codeLifetimeSeconds, ...(demoCode === undefined ? {} : { demoCode }) };
    },
    'POST /v1/sign-in': async ({ body, request, response }) => {
      const { riderId, token } = await signIn(issuer, body, request.ip ?? '');
      setSessionCookie(response, token, {
        secure: issuer.config.cookieSecure,
        lifetimeSeconds: sessionLifetimeSeconds,
      });
      issuer.events.signedIn(request.id, riderId);
      return { riderId };
    },
    'POST /v1/sign-out': async ({ who, response }) => {
      await deleteSession(issuer.db, who.sessionHash);
      clearSessionCookie(response);
    },
    'GET /v1/me': async ({ who }) => ({
      riderId: who.riderId,
      phoneEnding: await getPhoneEnding(issuer, who.riderId),
    }),
  }) satisfies Routes;
