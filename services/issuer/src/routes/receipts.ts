/** Receipts of a rider's own movements. */
import type { Issuer, Routes } from '../issuer.ts';
import { getReceipt } from '../receipts/get-receipt.ts';
import { writeReceiptPdf } from '../receipts/write-pdf.ts';

export const receiptRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/receipts/{transactionId}.pdf': async ({ who, params, response }) => {
      const receipt = await getReceipt(issuer, who.riderId, params.transactionId);
      response.set('content-disposition', `inline; filename="${receipt.number}.pdf"`);
      return writeReceiptPdf(receipt, issuer.config.calendar.timeZone);
    },
    'GET /v1/receipts/{transactionId}': ({ who, params }) =>
      getReceipt(issuer, who.riderId, params.transactionId),
  }) satisfies Routes;
