/** Blocks that an operator puts on a card, known to it by the pseudonym of one service day only. */
import { z } from 'zod';
import { cardRef, serviceDay } from './common.ts';
import { conflictClass } from './conflicts.ts';
import type { Api } from './endpoint.ts';

export const maxCardBlocksPerCall = 100;

export const cardBlock = z.strictObject({
  issuer: z.int().min(0).max(65535),
  serviceDay,
  cardRef,
  /** A later revision of the same card and day replaces an earlier one. */
  revision: z.int().min(1),
  state: z.enum(['blocked', 'lifted']),
  reason: conflictClass,
});
export type CardBlock = z.output<typeof cardBlock>;

export const cardBlockApi = {
  'POST /v1/card-blocks': {
    summary:
      'Block cards, or lift such blocks, by pseudonym. Idempotent per card, day and revision. The next status list has it; the rider cannot lift it.',
    caller: 'service',
    body: z.strictObject({ blocks: z.array(z.unknown()).min(1).max(maxCardBlocksPerCall) }),
    response: z.strictObject({
      results: z
        .array(
          z.strictObject({
            result: z.enum(['applied', 'duplicate', 'refused']),
            code: z.enum(['invalid_block', 'unknown_card']).optional(),
          }),
        )
        .describe('in the order of the blocks'),
    }),
  },
} as const satisfies Api;
