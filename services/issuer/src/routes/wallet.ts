/** A rider's wallet and the passes bought from it. */
import { listLines } from '../db/terms.ts';
import type { Issuer, Routes } from '../issuer.ts';
import { buyPass, getPasses, listProducts } from '../passes.ts';
import { getWallet, listMovements } from '../wallet.ts';

export const walletRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/wallet': ({ who }) => getWallet(issuer.db, who.riderId, issuer.config.lowestBalance),
    'GET /v1/wallet/entries': ({ who, query }) => listMovements(issuer.db, who.riderId, query),
    'GET /v1/products': async () => ({
      products: await listProducts(issuer),
      lines: await listLines(issuer.db),
    }),
    'GET /v1/cards/{cardId}/passes': async ({ who, params }) => ({
      passes: await getPasses(issuer, { ...who, ...params }),
    }),
    'POST /v1/cards/{cardId}/passes': async ({ who, params, body, request }) => {
      const { pass, isNew } = await buyPass(issuer, { ...who, ...params }, body);
      if (isNew) issuer.events.passBought(request.id, pass.passId, pass.productNo);
      return pass;
    },
  }) satisfies Routes;
