/** A typed caller that keeps the session cookie it is given, as a browser would. */
import { createClient, type Api, type Client } from '@vedong/contracts';

export function createSessionClient<A extends Api>(baseUrl: string): Client<A> {
  let cookie = '';
  return createClient<A>(baseUrl, {
    headers: () => ({ cookie }),
    fetch: async (...request) => {
      const response = await fetch(...request);
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
      return response;
    },
  });
}
