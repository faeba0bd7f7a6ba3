/** Why a journal record was put aside, and what staff do about it. */
import type { Words } from './language.ts';

export const quarantineWords = {
  title: { vi: 'Bản ghi bị giữ lại', en: 'Records put aside' },
  look: { vi: 'Xem bản ghi bị giữ lại', en: 'See what was put aside' },
  means: {
    vi: 'Không tính tiền ai. Bản ghi còn nguyên trong cơ sở dữ liệu, các lượt quét khác không bị ảnh hưởng.',
    en: 'They cost nobody anything. They are kept byte for byte, and other taps are not affected.',
  },
  number: { vi: 'Số', en: 'No.' },
  why: { vi: 'Vì sao, và làm gì', en: 'Why, and what to do' },
  receivedAt: { vi: 'Nhận lúc', en: 'Received at' },
} satisfies Record<string, Words>;

const codes: Record<string, Words> = {
  not_json: {
    vi: 'Không đọc được: bản ghi hỏng. Báo kỹ thuật kiểm tra máy soát vé.',
    en: 'Unreadable: the record is damaged. Have the validator checked.',
  },
  not_a_tap: {
    vi: 'Không đúng mẫu lượt quét: phần mềm của máy khác phiên bản. Báo kỹ thuật.',
    en: 'Not in the form of a tap: the validator’s software is of another version. Tell the engineers.',
  },
  journal_cut: {
    vi: 'Máy báo sổ ghi từng hỏng và đã cắt bỏ phần hỏng. Báo kỹ thuật kiểm tra đĩa của máy.',
    en: 'The validator says its journal was damaged and cut back. Have its disk checked.',
  },
  unknown_gate: {
    vi: 'Cổng không có trong mạng lưới. Khai báo cổng, hoặc sửa mã cổng ở máy.',
    en: 'The gate is not in the network. Set it up, or correct the gate’s id at the validator.',
  },
  gate_of_another_validator: {
    vi: 'Cổng thuộc máy soát vé khác. Kiểm tra cổng này do máy nào phục vụ.',
    en: 'The gate belongs to another validator. See which one serves it.',
  },
  time_out_of_range: {
    vi: 'Giờ sai quá xa (trên 60 ngày trước hoặc 1 ngày sau). Chỉnh đồng hồ của máy.',
    en: 'Its time is far off (over 60 days back or a day ahead). Set the validator’s clock.',
  },
  service_day_out_of_range: {
    vi: 'Ngày vận hành trên vé sai quá xa. Kiểm tra đồng hồ của máy và vé.',
    en: 'The ticket’s service day is far off. Check the validator’s clock and the ticket.',
  },
  tap_id_reused: {
    vi: 'Trùng mã với một lượt quét khác. Có thể máy bị sao chép: báo kỹ thuật.',
    en: 'It has the id of another tap. The validator may have been cloned: tell the engineers.',
  },
};

/** One that has no words yet is shown by its code. */
export const quarantineReason = (code: string): Words => codes[code] ?? { vi: code, en: code };
