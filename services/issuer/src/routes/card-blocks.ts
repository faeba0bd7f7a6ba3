/** Blocks that operators put on cards. */
import { takeCardBlocks } from '../card-blocks.ts';
import type { Issuer, Routes } from '../issuer.ts';

export const cardBlockRoutes = (issuer: Issuer) =>
  ({
    'POST /v1/card-blocks': async ({ body, request }) => {
      const results = await takeCardBlocks(issuer, body.blocks);
      issuer.events.cardBlocksTaken(request.id, results);
      return { results };
    },
  }) satisfies Routes;
