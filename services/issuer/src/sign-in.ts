/** Sign-in by phone number and one-time code. Nothing here tells whether a number is registered. */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '@vedong/runtime/problem';
import { hashSecret, newSecret } from '@vedong/runtime/session-token';
import {
  ensureRider,
  getSealedPhone,
  insertSession,
  putSignInCode,
  takeTry,
  useUpCode,
} from './db/riders.ts';
import type { Issuer } from './issuer.ts';
import { normalisePhone } from './phone.ts';
import { welcomeRider } from './wallet.ts';

export const codeLifetimeSeconds = 5 * 60;
export const sessionLifetimeSeconds = 90 * 86_400;
const triesPerCode = 5;

/**
 * Makes a code, which replaces an earlier one, and has it delivered.
 * Resolves to the code where it is to be shown. Throws `phone_not_supported`, `too_many_requests`, `code_not_sent`.
 */
export async function requestCode(
  { db, clock, config, vault, limits, sendCode }: Issuer,
  phoneAsTyped: string,
  address: string,
): Promise<string | undefined> {
  const phone = normalisePhone(phoneAsTyped, config.phoneCountry);
  await limits.countCode(phone, address);
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await putSignInCode(db, {
    phoneHash: vault.hash('phone', phone),
    codeHash: vault.hash('one-time-code', `${phone} ${code}`),
    triesLeft: triesPerCode,
    expiresAt: new Date(clock.nowMilliseconds() + codeLifetimeSeconds * 1000),
  });
  return sendCode(phone, code);
}

/**
 * Exchanges a code for a session. Throws `too_many_requests`, and `wrong_code` for a wrong, used, replaced,
 * expired or never sent one alike.
 */
export async function signIn(
  { db, clock, config, vault, limits, newId }: Issuer,
  { phone: phoneAsTyped, code }: { phone: string; code: string },
  address: string,
): Promise<{ riderId: string; token: string }> {
  const phone = normalisePhone(phoneAsTyped, config.phoneCountry);
  await limits.countTry(address);
  const now = clock.nowMilliseconds();
  const phoneHash = vault.hash('phone', phone);
  const codeHash = vault.hash('one-time-code', `${phone} ${code}`);
  // The try is taken before the code is looked at, so that parallel guesses count too.
  const wanted = (await takeTry(db, phoneHash, new Date(now))) ?? randomBytes(codeHash.length);
  if (!timingSafeEqual(codeHash, wanted)) throw wrongCode();
  const token = newSecret();
  const riderId = await db.transaction().execute(async (trx) => {
    if (!(await useUpCode(trx, phoneHash, codeHash))) throw wrongCode();
    const newRiderId = newId();
    const rider = await ensureRider(trx, {
      riderId: newRiderId,
      phoneHash,
      phoneSealed: vault.seal('phone', phoneHash.toString('hex'), Buffer.from(phone)),
      createdAt: new Date(now),
    });
    if (rider === newRiderId) {
      await welcomeRider(trx, rider, { amount: config.welcomeCredit, at: new Date(now) });
    }
    const expiresAt = new Date(now + sessionLifetimeSeconds * 1000);
    await insertSession(trx, { tokenHash: hashSecret(token), riderId: rider, expiresAt });
    return rider;
  });
  return { riderId, token };
}

const wrongCode = () =>
  new ServiceError(400, 'wrong_code', { detail: 'The code is wrong or no longer good. Ask for a new one.' });

/** The last three digits: enough to recognise one's own number. */
export async function getPhoneEnding(
  { db, vault }: Pick<Issuer, 'db' | 'vault'>,
  riderId: string,
): Promise<string> {
  const { phoneHash, phoneSealed } = await getSealedPhone(db, riderId);
  return vault.open('phone', phoneHash.toString('hex'), phoneSealed).toString().slice(-3);
}
