/** How the demo bank gives back: transfers by our signed instruction, VNPay's payments by its command `refund`. */
import { randomInt, randomUUID } from 'node:crypto';
import { vnpayDate } from '@vedong/issuer/payments/vnpay';
import {
  checksumOf,
  hasChecksum,
  refundAnswerFields,
  refundRequestFields,
} from '@vedong/issuer/payments/vnpay-refund';
import { instructionType, transferInstruction } from '@vedong/issuer/payments/vietqr-refund';
import { compactVerify } from 'jose';
import { z } from 'zod';

export type BankRefunds = ReturnType<typeof createRefunds>;

const vnpayRequest = z.record(z.string(), z.string().max(300));

/** Remembers what it gave back, so that the same request twice is one refund. */
export function createRefunds({
  refundSecret,
  vnpayHashSecret,
}: {
  refundSecret: string;
  vnpayHashSecret: string;
}) {
  const transfers = new Map<string, string>();
  const vnpayRequests = new Set<string>();
  return {
    async giveTransferBack(body: unknown): Promise<object> {
      const { instruction } = z.object({ instruction: z.string().max(4000) }).parse(body);
      const verified = await compactVerify(instruction, Buffer.from(refundSecret), {
        algorithms: ['HS256'],
      }).catch(() => null);
      if (verified?.protectedHeader.typ !== instructionType)
        return { state: 'refused', code: 'bad_signature' };
      const { instructionId } = transferInstruction.parse(
        JSON.parse(new TextDecoder().decode(verified.payload)),
      );
      const transferId = transfers.get(instructionId) ?? `FT${randomInt(1e11, 1e12)}`;
      transfers.set(instructionId, transferId);
      return { state: 'accepted', transferId };
    },
    giveVnpayBack(body: unknown): object {
      const request = vnpayRequest.parse(body);
      const signed = hasChecksum(vnpayHashSecret, refundRequestFields, request);
      const id = request['vnp_RequestId'] ?? '';
      const code = !signed ? '97' : vnpayRequests.has(id) ? '94' : '00';
      if (code === '00') vnpayRequests.add(id);
      const answer: Record<string, string> = {
        vnp_ResponseId: randomUUID().replaceAll('-', ''),
        vnp_Command: 'refund',
        vnp_ResponseCode: code,
        vnp_Message: code === '00' ? 'Success' : 'Refused',
        vnp_TmnCode: request['vnp_TmnCode'] ?? '',
        vnp_TxnRef: request['vnp_TxnRef'] ?? '',
        vnp_Amount: request['vnp_Amount'] ?? '',
        vnp_OrderInfo: request['vnp_OrderInfo'] ?? '',
        vnp_BankCode: 'NCB',
        vnp_PayDate: vnpayDate(new Date()),
        vnp_TransactionNo: String(randomInt(1e11, 1e12)),
        vnp_TransactionType: request['vnp_TransactionType'] ?? '',
        vnp_TransactionStatus: '05',
      };
      return { ...answer, vnp_SecureHash: checksumOf(vnpayHashSecret, refundAnswerFields, answer) };
    },
  };
}
