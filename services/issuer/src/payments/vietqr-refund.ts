/** A bank transfer given back: the instruction to our bank, signed so that nobody else can give one. */
import { CompactSign } from 'jose';
import { z } from 'zod';
import { postJson } from './post-json.ts';
import type { RefundAnswer, RefundOrder } from './provider.ts';

export const instructionType = 'transfer-instruction';

/** What the instruction says; the bank knows the payer by the transfer that is given back. */
export const transferInstruction = z.strictObject({
  /** The same instruction given again is one transfer. */
  instructionId: z.uuid(),
  /** The bank's own id of the transfer that is given back, wholly or in part. */
  returnOf: z.string().min(1).max(64),
  amount: z.int().min(1),
  currency: z.literal('VND'),
  purpose: z.string().max(100),
  at: z.iso.datetime(),
});

const answerSchema = z.union([
  z.object({ state: z.literal('accepted'), transferId: z.string().max(64) }),
  z.object({ state: z.literal('refused'), code: z.string().max(64) }),
]);

/** Throws where the bank gave no answer, or one that says neither. */
export async function instructTransfer(
  { url, secret }: { url: string; secret: string },
  order: RefundOrder,
): Promise<RefundAnswer> {
  const instruction: z.output<typeof transferInstruction> = {
    instructionId: order.refundId,
    returnOf: order.payment.transactionId,
    amount: order.amount,
    currency: 'VND',
    purpose: `Hoan tien ${order.payment.reference}`.slice(0, 100),
    at: order.at.toISOString(),
  };
  const signed = await new CompactSign(Buffer.from(JSON.stringify(instruction)))
    .setProtectedHeader({ alg: 'HS256', typ: instructionType })
    .sign(Buffer.from(secret));
  const { answer } = await postJson(url, { instruction: signed });
  const data = answerSchema.parse(answer);
  return data.state === 'accepted'
    ? { outcome: 'sent', code: data.transferId }
    : { outcome: 'refused', code: data.code };
}
