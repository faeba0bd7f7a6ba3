import { expect, it } from 'vitest';
import { readValidatorConfig } from './config.ts';

const least = {
  DATA_FOLDER: '/data',
  OPERATOR_URL: 'http://localhost:8070/',
  ISSUER_URL: 'http://localhost:8080',
};

it('needs only a folder and two addresses', () => {
  expect(readValidatorConfig(least)).toMatchObject({
    PORT: 8090,
    GUARD_BUDGET_MILLISECONDS: 60,
    OPERATOR_URL: 'http://localhost:8070',
  });
});

it.each([
  ['DATA_FOLDER', { DATA_FOLDER: undefined }],
  ['OPERATOR_URL', { OPERATOR_URL: 'ftp://operator' }],
  ['REDIS_URL', { REDIS_URL: 'localhost:6379' }],
  ['REDIS_URL', { REDIS_URL: 'redis+sentinel://10.0.0.1:26379' }],
  ['GUARD_REPLICAS', { GUARD_REPLICAS: '-1' }],
  ['GUARD_BUDGET_MILLISECONDS', { GUARD_BUDGET_MILLISECONDS: '0' }],
  ['ENROLMENT_CODE', { ENROLMENT_CODE: '' }],
])('names %s when it is wrong', (name, change) => {
  expect(() => readValidatorConfig({ ...least, ...change })).toThrow(name);
});
