/** Session tokens: random, opaque, stored only as a hash, carried in a cookie that scripts cannot read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { ServiceError } from './problem.ts';

const cookieName = 'vedong_session';

/** 256 random bits, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Constant-time comparison of two secrets of any length. */
export const sameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(hashSecret(one), hashSecret(other));

export const notSignedIn = () => new ServiceError(401, 'not_signed_in', { detail: 'Sign in first.' });

/** The session's hash to look up; throws `not_signed_in` where the request carries none. */
export function sessionHashOf(request: Request): Buffer {
  const token = parseCookie(request.get('cookie') ?? '')[cookieName];
  if (!token) throw notSignedIn();
  return hashSecret(token);
}

/** SameSite=Strict and JSON-only bodies keep other sites from acting for a signed-in person. */
export function setSessionCookie(
  response: Response,
  token: string,
  options: { secure: boolean; lifetimeSeconds: number },
) {
  response.cookie(cookieName, token, {
    httpOnly: true,
    sameSite: 'strict',
    secure: options.secure,
    path: '/',
    maxAge: options.lifetimeSeconds * 1000,
  });
}

export function clearSessionCookie(response: Response): void {
  response.clearCookie(cookieName, { path: '/' });
}

/** The token of `Authorization: Bearer …`; throws `not_signed_in` where there is none. */
export function bearerTokenOf(request: Request): string {
  const [, token] = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(request.get('authorization') ?? '') ?? [];
  if (!token) throw notSignedIn();
  return token;
}
