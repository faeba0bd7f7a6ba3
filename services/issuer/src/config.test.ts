import { describe, expect, it } from 'vitest';
import { readKeysConfig, readServiceConfig } from './config.ts';

const secret = '0123456789abcdef0123456789abcdef';
const service = {
  DATABASE_URL: 'postgres://localhost/issuer',
  KEY_ENCRYPTION_KEY: secret,
  SERVICE_TOKEN: secret,
};
const provider = { SMS_WEBHOOK_URL: 'https://sms.example/send', SMS_WEBHOOK_TOKEN: 'token' };
const keys = { DATABASE_URL: service.DATABASE_URL, KEY_ENCRYPTION_KEY: secret, ROOT_KEY_FILE: '/keys/root' };

describe('the service', () => {
  it('runs on defaults where only its database, secrets and SMS provider are named', () => {
    expect(readServiceConfig({ ...service, ...provider })).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:8080',
      calendar: { timeZone: 'Asia/Ho_Chi_Minh', startHour: 3 },
      certificateDaysAhead: 2,
      phoneCountry: 'VN',
      signInLimits: { codesPerNumberPerHour: 5, codesPerAddressPerHour: 20, triesPerAddressPerHour: 60 },
      codeDelivery: { kind: 'webhook', url: 'https://sms.example/send', token: 'token' },
    });
  });

  it.each([
    ['SMS_WEBHOOK_URL', { ...provider, SMS_WEBHOOK_URL: 'http://sms.example/send' }],
    ['SMS_WEBHOOK_URL', { SMS_WEBHOOK_TOKEN: 'token' }],
    ['SMS_WEBHOOK_TOKEN', { SMS_WEBHOOK_URL: 'https://sms.example/send' }],
    ['KEY_ENCRYPTION_KEY', { KEY_ENCRYPTION_KEY: 'short' }],
    ['SERVICE_TOKEN', { SERVICE_TOKEN: undefined }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost' }],
    ['PHONE_COUNTRY', { PHONE_COUNTRY: 'XX' }],
    ['TIME_ZONE', { TIME_ZONE: 'Hanoi' }],
    ['CERTIFICATE_DAYS_AHEAD', { CERTIFICATE_DAYS_AHEAD: '15' }],
    ['STATUS_LIST_CAPACITY', { STATUS_LIST_CAPACITY: 'many' }],
    ['REFUND_ONE_PERSON_UP_TO', { REFUND_ONE_PERSON_UP_TO: '100', REFUND_AT_ONCE_UP_TO: '101' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'issuer.example' }],
  ])('names %s when that is what is wrong: %j', (name, variables) => {
    const sound = 'SMS_WEBHOOK_URL' in variables || 'SMS_WEBHOOK_TOKEN' in variables ? {} : provider;
    expect(() => readServiceConfig({ ...service, ...sound, ...variables })).toThrow(name);
  });

  it('sends its cookie over TLS only, where it is reached by TLS', () => {
    const secureAt = (variables: object) =>
      readServiceConfig({ ...service, DEMO: '1', ...variables }).cookieSecure;
    expect(secureAt({ PUBLIC_URL: 'https://ve.example/' })).toBe(true);
    expect(secureAt({})).toBe(false);
    expect(secureAt({ COOKIE_SECURE: '1' })).toBe(true);
  });
});

describe('the keys command', () => {
  it('does not need what only the service needs', () => {
    expect(readKeysConfig(keys)).toMatchObject({ issuerNumber: 1, keyLeadSeconds: 3600 });
  });

  it('refuses keys that would be due for replacement when they are made', () => {
    expect(() => readKeysConfig({ ...keys, SIGNING_KEY_DAYS: '33' })).toThrow('SIGNING_KEY_DAYS');
    expect(readKeysConfig({ ...keys, SIGNING_KEY_DAYS: '34' }).signingKeySeconds).toBe(34 * 86_400);
  });
});
