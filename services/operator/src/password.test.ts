import { expect, it } from 'vitest';
import { hashPassword, passwordMatches } from './password.ts';

it('knows a password by its hash, however its letters were composed', async () => {
  const hash = await hashPassword('mật khẩu dài');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwordMatches('mật khẩu dài'.normalize('NFD'), hash)).toBe(true);
  expect(await passwordMatches('mật khẩu dai', hash)).toBe(false);
  expect(await hashPassword('mật khẩu dài')).not.toBe(hash);
});

it('lets nobody in without an account or with a hash it does not know', async () => {
  expect(await passwordMatches('', null)).toBe(false);
  expect(await passwordMatches('x', '$2b$10$abcdefghijklmnopqrstuv')).toBe(false);
});
