import { generateKeyPairSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterAll, expect, it } from 'vitest';
import { readServiceConfig } from '../config.ts';

const folder = makeTemporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const secret = '0123456789abcdef0123456789abcdef';
const service = {
  DATABASE_URL: 'postgres://localhost/issuer',
  KEY_ENCRYPTION_KEY: secret,
  SERVICE_TOKEN: secret,
  DEMO: '1',
};
const fileOf = (name: string, content: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};
const bank = generateKeyPairSync('ed25519');
const vietqr = {
  VIETQR_BANK_BIN: '970436',
  VIETQR_ACCOUNT: '0123456789',
  VIETQR_NOTICE_KEY_FILE: fileOf('public.json', bank.publicKey.export({ format: 'jwk' })),
};
const vnpay = {
  VNPAY_TMN_CODE: 'VEDONG01',
  VNPAY_HASH_SECRET: secret,
  VNPAY_PAY_URL: 'https://pay.example/',
};
const read = (variables: object) => readServiceConfig({ ...service, ...variables }).payments;

it('has each provider whole or not at all', () => {
  expect(read({})).toMatchObject({ vietqr: null, vnpay: null });
  expect(read({ ...vietqr, ...vnpay })).toMatchObject({
    vietqr: { bankBin: '970436', account: '0123456789' },
    vnpay: { tmnCode: 'VEDONG01', hashSecret: secret, payUrl: 'https://pay.example' },
  });
  for (const [name, variables] of [...Object.keys(vietqr), ...Object.keys(vnpay)].map(
    (name) => [name, { ...vietqr, ...vnpay, [name]: undefined }] as const,
  ))
    expect(() => read(variables)).toThrow(`set ${name} too, or none`);
});

it('takes the bank’s public key and nothing else', () => {
  const files = [
    join(folder, 'missing.json'),
    fileOf('private.json', bank.privateKey.export({ format: 'jwk' })),
    fileOf(
      'p256.json',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
    ),
  ];
  for (const file of files)
    expect(() => read({ ...vietqr, VIETQR_NOTICE_KEY_FILE: file })).toThrow('VIETQR_NOTICE_KEY_FILE');
});

it('knows a demo bank in a demo only', () => {
  const bankUrl = { DEMO_BANK_URL: 'http://localhost:8060' };
  expect(read(bankUrl).demoBankUrl).toBe('http://localhost:8060');
  const production = { DEMO: '0', SMS_WEBHOOK_URL: 'https://sms.example/', SMS_WEBHOOK_TOKEN: 'token' };
  expect(read({ ...bankUrl, ...production }).demoBankUrl).toBeNull();
});

it('asks providers for refunds only where it is told how', () => {
  expect(read({ ...vietqr, ...vnpay })).toMatchObject({ vietqr: { refund: null }, vnpay: { apiUrl: null } });
  const access = { VIETQR_REFUND_URL: 'https://bank.example/', VIETQR_REFUND_SECRET: secret };
  const all = { ...vietqr, ...vnpay, ...access, VNPAY_API_URL: 'https://vnpay.example/api' };
  expect(read(all)).toMatchObject({
    vietqr: { refund: { url: 'https://bank.example', secret } },
    vnpay: { apiUrl: 'https://vnpay.example/api' },
  });
  expect(() => read({ ...all, VIETQR_REFUND_SECRET: undefined })).toThrow('set VIETQR_REFUND_SECRET too');
});
