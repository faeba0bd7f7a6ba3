/** States, outcomes and reasons in the words of the staff, each with a symbol where a colour goes with it. */
import type { OperatorTap, OperatorTrip } from '@vedong/contracts';
import type { GateKind, Mode, PolicyAction, Reason, TapMark } from '@vedong/travel';
import type { Words } from './language.ts';

export interface State {
  words: Words;
  symbol: string;
  tone: 'good' | 'bad' | 'live' | 'warn';
}

export const tripStates: Record<OperatorTrip['state'], State> = {
  open: { words: { vi: 'Đang đi', en: 'Under way' }, symbol: '→', tone: 'live' },
  complete: { words: { vi: 'Hoàn thành', en: 'Complete' }, symbol: '✓', tone: 'good' },
  missing_exit: { words: { vi: 'Thiếu lượt ra', en: 'No exit' }, symbol: '!', tone: 'warn' },
  missing_entry: { words: { vi: 'Thiếu lượt vào', en: 'No entry' }, symbol: '!', tone: 'warn' },
};

export const outcomes: Record<OperatorTap['outcome'], State> = {
  accepted: { words: { vi: 'Cho qua', en: 'Accepted' }, symbol: '✓', tone: 'good' },
  rejected: { words: { vi: 'Từ chối', en: 'Refused' }, symbol: '✗', tone: 'bad' },
};

export const reasons: Record<Reason, Words> = {
  malformed: { vi: 'Không phải mã vé', en: 'Not a ticket' },
  unknown_issuer: { vi: 'Nơi phát hành lạ', en: 'Unknown issuer' },
  unknown_key: { vi: 'Khóa chưa biết', en: 'Unknown key' },
  key_revoked: { vi: 'Khóa đã thu hồi', en: 'Key revoked' },
  bad_signature: { vi: 'Chữ ký sai', en: 'Bad signature' },
  bad_proof: { vi: 'Không do máy giữ thẻ ký', en: 'Not signed by the card’s phone' },
  wrong_challenge: { vi: 'Sai thử thách của cổng', en: 'Wrong gate challenge' },
  not_yet_valid: { vi: 'Chưa đến giờ dùng', en: 'Not valid yet' },
  expired: { vi: 'Hết hạn', en: 'Expired' },
  clock_ahead: { vi: 'Mã đi trước giờ', en: 'Ahead of time' },
  stale: { vi: 'Mã cũ', en: 'Too old' },
  revoked: { vi: 'Thẻ đã khóa', en: 'Card blocked' },
  suspended: { vi: 'Thẻ tạm khóa', en: 'Card suspended' },
  out_of_scope: { vi: 'Sai tuyến', en: 'Other line' },
  not_covered: { vi: 'Loại vé không áp dụng', en: 'Product not valid here' },
  replayed: { vi: 'Đã dùng', en: 'Already used' },
  passback: { vi: 'Vừa qua đây', en: 'Came back too soon' },
  gate_closed: { vi: 'Cổng đóng theo chính sách', en: 'Gate closed by its policy' },
  offline_limit: { vi: 'Hết lượt cho phép khi có sự cố', en: 'Limit of the policy reached' },
};

export const guards: Record<OperatorTap['guard'], Words> = {
  redis: { vi: 'chung (Redis)', en: 'shared (Redis)' },
  local: { vi: 'tại chỗ', en: 'local' },
  none: { vi: 'không cần', en: 'not needed' },
};

export const marks: Record<TapMark, Words> = {
  status_unchecked: { vi: 'Chưa đối chiếu danh sách khóa thẻ', en: 'Card status not checked' },
  claim_unreplicated: { vi: 'Chưa có bản sao của lượt dùng', en: 'Use not copied to a replica' },
  claims_forgotten: { vi: 'Bộ nhớ chung vừa mất dữ liệu', en: 'Shared memory had just lost its claims' },
  after_stop: { vi: 'Thử lại sau khi cổng tắt đột ngột', en: 'Second try after the gate broke down' },
  guard_local: { vi: 'Bộ nhớ chung không trả lời', en: 'Shared memory did not answer' },
  status_old: { vi: 'Danh sách khóa thẻ đã cũ', en: 'Card status list old' },
  clock_unsure: { vi: 'Giờ của cổng chưa chắc', en: 'Gate’s clock unsure' },
  journal_full: { vi: 'Sổ ghi sắp đầy', en: 'Journal nearly full' },
};

/** Marks the operator adds later are shown by their code until they have words. */
export const markWords = (mark: string): Words =>
  (marks as Record<string, Words>)[mark] ?? { vi: mark, en: mark };

export const policyActions: Record<PolicyAction, Words> = {
  open: { vi: 'vẫn mở', en: 'stay open' },
  limited: { vi: 'mở có giới hạn', en: 'open with limits' },
  closed: { vi: 'đóng', en: 'close' },
};

/** `<gate class>/<action>` of a tap: `standard: mở có giới hạn`. */
export function policyWords(policy: string): Words {
  const [classId = '', action = ''] = policy.split('/');
  const words = (policyActions as Record<string, Words>)[action] ?? { vi: action, en: action };
  return { vi: `${classId}: ${words.vi}`, en: `${classId}: ${words.en}` };
}

export const modes: Record<Mode, Words> = {
  metro: { vi: 'Metro', en: 'Metro' },
  bus: { vi: 'Buýt', en: 'Bus' },
};

export const gateKinds: Record<GateKind, Words> = {
  entry: { vi: 'Lối vào', en: 'Entry' },
  exit: { vi: 'Lối ra', en: 'Exit' },
  board: { vi: 'Lên xe', en: 'Boarding' },
  alight: { vi: 'Xuống xe', en: 'Getting off' },
};
