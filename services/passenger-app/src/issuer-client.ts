/** Calls the issuer, which also serves this page, and remembers whether it can be reached. */
import { signal } from '@preact/signals';
import { createClient } from '@vedong/contracts/client';
import type { IssuerApi } from '@vedong/contracts/issuer';
import type { ContactProblem } from './code-notice.ts';

/** What stands between the phone and the issuer, by the last call; null when it answered. */
export const contactProblem = signal<ContactProblem>(null);

let answeredAt = -Infinity;

/** Infinity when it has not answered since the page was opened. */
export const secondsSinceAnswer = (): number => (performance.now() - answeredAt) / 1000;

async function watchedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  try {
    const response = await fetch(...request);
    answeredAt = performance.now();
    contactProblem.value =
      response.status === 401 ? 'signed_out' : response.status >= 500 ? 'issuer_trouble' : null;
    return response;
  } catch (error) {
    contactProblem.value = 'offline';
    throw error;
  }
}

export const issuer = createClient<IssuerApi>('', { fetch: watchedFetch });
