/** The words of riders' money: refunds, payments without a top-up, concessions. */
import type { ConcessionCategory, Refund, UnmatchedPayment } from '@vedong/contracts';
import type { Words } from './language.ts';

export const moneyMessages = {
  refunds: { vi: 'Xin hoàn tiền', en: 'Refunds to decide' },
  noRefunds: { vi: 'Không có yêu cầu hoàn tiền nào đang chờ.', en: 'No refund waits for a decision.' },
  payments: { vi: 'Tiền chưa rõ của ai', en: 'Payments without a top-up' },
  noPayments: { vi: 'Không có khoản tiền nào chưa rõ.', en: 'Every payment has found its top-up.' },
  concessions: { vi: 'Đăng ký giảm giá, miễn phí', en: 'Applications for concessions' },
  noConcessions: { vi: 'Không có đăng ký nào đang chờ.', en: 'No application waits.' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  what: { vi: 'Của', en: 'Of' },
  askedAt: { vi: 'Xin lúc', en: 'Asked at' },
  paidAt: { vi: 'Trả lúc', en: 'Paid at' },
  approvals: { vi: 'Đã duyệt', en: 'Approved by' },
  noApproval: { vi: 'chưa ai', en: 'nobody yet' },
  needed: { vi: 'người cần duyệt', en: 'people needed' },
  decide: { vi: 'Quyết định', en: 'Decide' },
  reason: { vi: 'Lý do', en: 'Reason' },
  approve: { vi: 'Duyệt', en: 'Approve' },
  refuse: { vi: 'Từ chối', en: 'Refuse' },
  reference: { vi: 'Nội dung chuyển', en: 'What the payer wrote' },
  why: { vi: 'Vì sao', en: 'Why' },
  topUpReference: { vi: 'Nội dung của lần nạp (VD…)', en: 'Reference of the top-up (VD…)' },
  assign: { vi: 'Ghi vào ví', en: 'Put into the wallet' },
  sendBack: { vi: 'Trả lại', en: 'Send back' },
  category: { vi: 'Đối tượng', en: 'Category' },
  look: { vi: 'Xem giấy tờ', en: 'Look at the document' },
  lookWhy: { vi: 'Lượt xem được ghi lại với tên bạn.', en: 'Looking is recorded with your name.' },
  pictureOf: { vi: 'Giấy tờ của người đăng ký', en: 'The applicant’s document' },
  until: { vi: 'Có hiệu lực đến hết', en: 'Valid to the end of' },
  lookReason: { vi: 'Xét duyệt giảm giá', en: 'Deciding on the concession' },
} satisfies Record<string, Words>;

export const refundOf: Record<Refund['of'], Words> = {
  top_up: { vi: 'Nạp tiền', en: 'Top-up' },
  pass: { vi: 'Vé', en: 'Pass' },
  payment: { vi: 'Tiền trả lại', en: 'Payment' },
};

export const whyUnmatched: Record<UnmatchedPayment['why'], Words> = {
  unknown_reference: { vi: 'Nội dung không khớp lần nạp nào', en: 'No top-up has this reference' },
  wrong_amount: { vi: 'Sai số tiền', en: 'Another amount than asked for' },
  second_payment: { vi: 'Trả lần thứ hai', en: 'Paid a second time' },
};

export const categories: Record<ConcessionCategory, Words> = {
  student: { vi: 'Học sinh, sinh viên', en: 'Student' },
  worker: { vi: 'Công nhân khu công nghiệp', en: 'Worker of an industrial zone' },
  elderly: { vi: 'Người cao tuổi', en: 'Elderly person' },
  disabled: { vi: 'Người khuyết tật', en: 'Person with a disability' },
  merit: { vi: 'Người có công', en: 'Person of merit' },
  child: { vi: 'Trẻ em dưới 6 tuổi', en: 'Child under 6' },
  poor_household: { vi: 'Hộ nghèo', en: 'Poor household' },
};

/** What went wrong and what to do, by problem code. */
export const moneyTroubles: Record<string, Words> = {
  issuer_unreachable: {
    vi: 'Nơi giữ sổ tiền không trả lời. Thử lại sau một phút.',
    en: 'The issuer, which keeps the books, does not answer. Try again in a minute.',
  },
  refund_not_waiting: {
    vi: 'Yêu cầu này đã được quyết định rồi.',
    en: 'This refund has been decided already.',
  },
  other_person_needed: {
    vi: 'Bạn đã duyệt khoản này. Số tiền này cần thêm một người khác duyệt.',
    en: 'You have approved this. The amount needs a second person.',
  },
  balance_too_low: {
    vi: 'Ví không còn đủ số này. Từ chối để khách xin lại số nhỏ hơn.',
    en: 'The wallet holds less by now. Refuse it, and the rider can ask for less.',
  },
  reference_not_found: {
    vi: 'Không có lần nạp nào mang nội dung này. Hỏi khách nội dung trong ứng dụng.',
    en: 'No top-up has this reference. Ask the rider for the one in the app.',
  },
  payment_not_open: { vi: 'Khoản này đã được quyết định rồi.', en: 'This payment has been decided already.' },
  refund_not_offered: {
    vi: 'Cách trả này chưa nối để trả lại tiền được.',
    en: 'This provider is not set up to take payments back.',
  },
  application_not_waiting: {
    vi: 'Đăng ký này đã được quyết định rồi.',
    en: 'This application has been decided already.',
  },
  validity_out_of_range: {
    vi: 'Chọn ngày hết hiệu lực: từ hôm nay đến hai năm tới.',
    en: 'Choose until when it is valid: today or later, within two years.',
  },
};
