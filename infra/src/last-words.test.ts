import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

it.each([
  ['a sentence', 'Port 80 is in use.\n', 'Port 80 is in use.'],
  ['nothing', '', 'it said nothing'],
  [
    "a service's log",
    '{"level":30,"msg":"listening"}\n{"level":60,"err":{"message":"disk full","stack":"at x"},"msg":"could not run"}\n',
    'disk full',
  ],
  [
    'an uncaught error of Node',
    "file:///a.ts:1\nthrow x\n^\n\nTypeError: x is bad\n    at a (b)\n  code: 'E'\n}\n\nNode.js v26.10.0\n",
    'TypeError: x is bad',
  ],
  [
    'initdb',
    'fixing permissions ... ok\nFATAL:  could not write: No space left on device\nchild process exited with exit code 1\n',
    'FATAL:  could not write: No space left on device',
  ],
])('finds why in %s', (_what, output, why) => {
  expect(lastWords(output)).toBe(why);
});
