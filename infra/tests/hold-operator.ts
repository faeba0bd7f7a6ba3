/** F7: a lock on the operator's tables, so that whoever asks it waits with a connection in hand until none is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Stack } from '../src/stack.ts';

export async function holdOperator({ postgres, operatorUrl, staff }: Stack) {
  const signedIn = await fetch(`${operatorUrl}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(staff),
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const client = new pg.Client(postgres.urlOf('operator'));
  await client.connect();
  await client.query('begin');
  await client.query('lock table operator.validators, operator.lines in access exclusive mode');
  let isHeld = true;
  return {
    isHeld: () => isHeld,
    /** What so many requests at once are told. */
    askAsStaff: (count: number): Promise<string[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const response = await fetch(`${operatorUrl}/v1/lines`, { headers: { cookie } });
          await response.arrayBuffer();
          const retryAfter = response.headers.get('retry-after');
          return retryAfter === null
            ? String(response.status)
            : `${response.status}, Retry-After ${retryAfter}`;
        }),
      ),
    async releaseAfter(milliseconds: number): Promise<void> {
      await sleep(milliseconds);
      await client.query('rollback');
      await client.end();
      isHeld = false;
    },
  };
}
