import { expect, test } from 'vitest';
import { codeNotice } from './code-notice.ts';
import { keepTickets } from './code-supply.ts';

const fetchedAt = 1_795_400_100;
const supply = keepTickets(
  Array.from({ length: 40 }, (_, index) => ({ slot: fetchedAt / 15 + index, ticket: '' })),
  fetchedAt,
);

test('while the issuer answers there is nothing to say', () => {
  expect(codeNotice(supply, null, { nowSeconds: fetchedAt + 599, lastAnswerAt: fetchedAt })).toBeNull();
});

test('without a connection it says since when and until when, urgently once half is gone', () => {
  const noticeAt = (nowSeconds: number) =>
    codeNotice(supply, 'offline', { nowSeconds, lastAnswerAt: fetchedAt });
  expect(noticeAt(fetchedAt + 299)).toEqual({
    why: 'offline',
    since: fetchedAt,
    endsAt: fetchedAt + 600,
    isSoon: false,
  });
  expect(noticeAt(fetchedAt + 300)?.isSoon).toBe(true);
});
