import { expect, it } from 'vitest';
import { arrayText } from './array-text.ts';

it('writes an array as PostgreSQL reads it', () => {
  expect(arrayText([])).toBe('{}');
  expect(arrayText([1, '2A-01-in', '', 'null', null, undefined])).toBe(
    '{"1","2A-01-in","","null",null,null}',
  );
});
