/** A receipt in words: what stands on each line, in Vietnamese and English. */
import type { Money, Receipt } from '@vedong/contracts';

export interface ReceiptLine {
  vi: string;
  en: string;
  value: string;
}

const kinds: Record<Receipt['kind'], { vi: string; en: string }> = {
  top_up: { vi: 'Nạp tiền vào ví', en: 'Top-up of the wallet' },
  trip: { vi: 'Chuyến đi', en: 'Trip' },
  trip_adjustment: { vi: 'Điều chỉnh giá chuyến đi', en: 'Adjustment of a trip' },
  pass: { vi: 'Mua vé', en: 'Purchase of a pass' },
  refund: { vi: 'Hoàn tiền', en: 'Refund' },
  correction: { vi: 'Đính chính', en: 'Correction' },
  welcome: { vi: 'Tiền tặng dùng thử', en: 'Welcome credit of the demo' },
};

const providers = { vietqr: 'VietQR', vnpay: 'VNPay' } as const;

const refundStates: Record<NonNullable<Receipt['refund']>['state'], string> = {
  waiting: 'Chờ duyệt / Waiting for staff',
  requested: 'Đang chuyển / On its way',
  sent: 'Đã hoàn / Given back',
  failed: 'Không chuyển được, tiền đã về ví / Failed, back in the wallet',
  refused: 'Không được duyệt / Refused',
};

export const receiptKind = ({ kind }: Receipt) => kinds[kind];

/** `-9.000 đ`; dong have no decimals. */
export const writeMoney = ({ amount }: Money): string => `${amount.toLocaleString('vi-VN')} đ`;

/** Its lines but the amount; times by the city's clock. */
export function receiptLines(receipt: Receipt, timeZone: string): ReceiptLine[] {
  const time = (at: string) =>
    new Date(at).toLocaleString('vi-VN', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return [
    { vi: 'Số biên nhận', en: 'Number', value: receipt.number },
    { vi: 'Thời điểm', en: 'Time', value: time(receipt.at) },
    ...detailsOf(receipt, time),
    { vi: 'Số dư sau đó', en: 'Balance after it', value: writeMoney(receipt.balanceAfter) },
  ];
}

function detailsOf(
  { topUp, pass, trip, refund, subject }: Receipt,
  time: (at: string) => string,
): ReceiptLine[] {
  if (topUp) {
    return [
      { vi: 'Trả qua', en: 'Paid by', value: providers[topUp.provider] },
      { vi: 'Nội dung chuyển', en: 'Reference', value: topUp.reference },
    ];
  }
  if (pass) {
    const days = pass.startsAt && pass.endsAt ? `${time(pass.startsAt)} – ${time(pass.endsAt)}` : null;
    return [
      { vi: 'Vé', en: 'Pass', value: pass.nameVi },
      ...(pass.lineId === null ? [] : [{ vi: 'Tuyến', en: 'Line', value: pass.lineId }]),
      { vi: 'Thời hạn', en: 'Valid', value: days ?? 'Từ lần dùng đầu / From its first use' },
    ];
  }
  if (trip) {
    const { lineName, entry, exit } = trip.trip;
    return [
      { vi: 'Tuyến', en: 'Line', value: lineName },
      ...(entry ? [{ vi: 'Từ', en: 'From', value: `${entry.nameVi}, ${time(entry.at)}` }] : []),
      ...(exit ? [{ vi: 'Đến', en: 'To', value: `${exit.nameVi}, ${time(exit.at)}` }] : []),
    ];
  }
  if (refund) {
    return [
      { vi: 'Của', en: 'Of', value: refund.subject },
      { vi: 'Tình trạng', en: 'State', value: refundStates[refund.state] },
    ];
  }
  return subject ? [{ vi: 'Nội dung', en: 'Subject', value: subject }] : [];
}
