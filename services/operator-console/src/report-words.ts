/** The words of the reports, Vietnamese and English. */
import type { OperatorReport } from '@vedong/contracts';
import type { Words } from './language.ts';

export const reportMessages = {
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến hết ngày', en: 'To the end of' },
  show: { vi: 'Xem báo cáo', en: 'Show report' },
  periodHint: { vi: 'Ngày vận hành, nhiều nhất 62 ngày.', en: 'Service days, 62 at most.' },
  none: {
    vi: 'Không có chuyến nào trong những ngày này. Chọn kỳ khác.',
    en: 'No trips on these days. Choose another period.',
  },
  tripsByDay: { vi: 'Chuyến mỗi ngày', en: 'Trips a day' },
  paidByDay: { vi: 'Doanh thu vé lượt mỗi ngày (đ)', en: 'Fares paid a day (₫)' },
  byLine: { vi: 'Theo tuyến', en: 'By line' },
  byAgency: { vi: 'Theo đơn vị vận hành', en: 'By agency' },
  passes: { vi: 'Vé đã bán trong kỳ và phần chia', en: 'Passes sold in the period, and their shares' },
  noPasses: { vi: 'Không bán vé nào trong kỳ.', en: 'No passes were sold in the period.' },
  reconciliation: { vi: 'Đối chiếu với sổ cái', en: 'Reconciliation with the ledger' },
  reconciliationHint: {
    vi: 'Mỗi số đứng cạnh số của sổ cái, kèm câu truy vấn tìm ra nó (lược đồ issuer).',
    en: 'Each number beside that of the ledger, with the query that finds it (schema issuer).',
  },
  line: { vi: 'Tuyến', en: 'Line' },
  day: { vi: 'Ngày', en: 'Day' },
  agency: { vi: 'Đơn vị', en: 'Agency' },
  trips: { vi: 'Chuyến', en: 'Trips' },
  asked: { vi: 'Giá theo biểu giá', en: 'Asked by the tariff' },
  coveredByPasses: { vi: 'Vé bao', en: 'Covered by passes' },
  beyondCaps: { vi: 'Vượt mức tối đa', en: 'Beyond caps' },
  freeCategories: { vi: 'Diện miễn phí', en: 'Free categories' },
  paid: { vi: 'Khách đã trả', en: 'Paid' },
  unpriced: { vi: 'Chưa có giá', en: 'Without a fare' },
  passShares: { vi: 'Phần từ vé', en: 'Shares of passes' },
  earned: { vi: 'Tổng được hưởng', en: 'Earned in all' },
  pass: { vi: 'Vé', en: 'Pass' },
  sold: { vi: 'Đã bán', en: 'Sold' },
  revenue: { vi: 'Tiền vé', en: 'Revenue' },
  shares: { vi: 'Chia cho', en: 'Shares' },
  unallocated: { vi: 'Chưa chia', en: 'Unallocated' },
  total: { vi: 'Cộng', en: 'Total' },
  what: { vi: 'Khoản', en: 'What' },
  reported: { vi: 'Báo cáo', en: 'Report' },
  ledger: { vi: 'Sổ cái', en: 'Ledger' },
  agrees: { vi: 'Khớp', en: 'Agrees' },
  differs: { vi: 'Lệch', en: 'Differs' },
  queries: { vi: 'Câu truy vấn', en: 'Queries' },
  downloadLines: { vi: 'Tải CSV: tuyến theo ngày', en: 'Download CSV: lines by day' },
  downloadShares: { vi: 'Tải CSV: vé và phần chia', en: 'Download CSV: passes and shares' },
} as const satisfies Record<string, Words>;

export const reconciledWords: Record<OperatorReport['reconciliation'][number]['what'], Words> = {
  fares: { vi: 'Tiền vé lượt', en: 'Fares' },
  passes: { vi: 'Tiền bán vé', en: 'Passes sold' },
  shares: { vi: 'Phần chia của vé', en: 'Shares of passes' },
};
