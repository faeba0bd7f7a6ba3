import { expect, it } from 'vitest';
import { findRedisAddress } from './redis-address.ts';

it.each([
  ['redis://localhost:6379', { kind: 'single', url: 'redis://localhost:6379' }],
  ['rediss://u:p@redis.example/2', { kind: 'single', url: 'rediss://u:p@redis.example/2' }],
  [
    'redis+sentinel://:p%40ss@10.0.0.1,10.0.0.2:5000/city?sentinelPassword=s%26t',
    {
      kind: 'sentinel',
      tls: false,
      password: 'p@ss',
      sentinels: [
        { host: '10.0.0.1', port: 26_379 },
        { host: '10.0.0.2', port: 5000 },
      ],
      name: 'city',
      sentinelPassword: 's&t',
    },
  ],
  [
    'rediss+cluster://guard:50%@[::1]:7000,node-2',
    {
      kind: 'cluster',
      tls: true,
      username: 'guard',
      password: '50%',
      hosts: [
        { host: '::1', port: 7000 },
        { host: 'node-2', port: 6379 },
      ],
    },
  ],
])('reads %s', (text, address) => {
  expect(findRedisAddress(text)).toEqual(address);
});

it.each([
  'localhost:6379',
  'http://localhost',
  'redis://',
  'redis+sentinel://a:1,b:2',
  'redis+sentinel:///city',
  'redis+cluster://a:1/city',
  'redis+cluster://a:1,,b:2',
  'redis+cluster://a:70000',
  'redis+cluster://a:0',
  'redis+cluster://a b',
  `redis+cluster://${Array.from({ length: 51 }, () => 'a').join(',')}`,
])('knows no such form: %s', (text) => {
  expect(findRedisAddress(text)).toBeUndefined();
});
