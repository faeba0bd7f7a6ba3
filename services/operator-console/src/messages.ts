/** All words of the console but those of `words.ts`, Vietnamese and English. */
import type { View } from './address.ts';
import type { Words } from './language.ts';
import { moneyTroubles } from './rider-money-words.ts';

export const messages = {
  product: { vi: 'Vé động · Điều hành', en: 'Vedong · Operations' },
  otherLanguage: { vi: 'English', en: 'Tiếng Việt' },
  signInTitle: { vi: 'Đăng nhập điều hành', en: 'Operator sign-in' },
  email: { vi: 'Thư điện tử', en: 'Email' },
  password: { vi: 'Mật khẩu', en: 'Password' },
  signIn: { vi: 'Đăng nhập', en: 'Sign in' },
  signingIn: { vi: 'Đang đăng nhập…', en: 'Signing in…' },
  signOut: { vi: 'Đăng xuất', en: 'Sign out' },
  sessionEnded: {
    vi: 'Phiên làm việc đã hết. Mời đăng nhập lại.',
    en: 'Your session has ended. Please sign in again.',
  },
  loading: { vi: 'Đang tải…', en: 'Loading…' },
  tryAgain: { vi: 'Thử lại', en: 'Try again' },
  live: { vi: 'Trực tiếp', en: 'Live' },
  paused: { vi: 'Tạm dừng', en: 'Paused' },
  pause: { vi: 'Tạm dừng cập nhật', en: 'Pause updates' },
  resume: { vi: 'Tiếp tục cập nhật', en: 'Resume updates' },
  updatedAt: { vi: 'cập nhật lúc', en: 'updated at' },
  zone: { vi: 'Giờ thành phố', en: 'City time' },
  filters: { vi: 'Bộ lọc', en: 'Filters' },
  clearFilters: { vi: 'Bỏ lọc', en: 'Clear filters' },
  all: { vi: 'Tất cả', en: 'All' },
  serviceDay: { vi: 'Ngày vận hành', en: 'Service day' },
  line: { vi: 'Tuyến', en: 'Line' },
  state: { vi: 'Trạng thái', en: 'State' },
  card: { vi: 'Mã thẻ', en: 'Card reference' },
  cardHint: { vi: '16 ký tự 0-9, a-f', en: '16 characters 0-9, a-f' },
  gate: { vi: 'Cổng', en: 'Gate' },
  outcome: { vi: 'Kết quả', en: 'Outcome' },
  reason: { vi: 'Lý do', en: 'Reason' },
  time: { vi: 'Lúc', en: 'Time' },
  journey: { vi: 'Hành trình', en: 'Journey' },
  fare: { vi: 'Giá vé', en: 'Fare' },
  guard: { vi: 'Chống dùng lại', en: 'Replay guard' },
  marks: { vi: 'Ghi chú', en: 'Marks' },
  place: { vi: 'Nơi', en: 'Place' },
  unknownEnd: { vi: 'không rõ', en: 'unknown' },
  loadMore: { vi: 'Xem thêm', en: 'Load more' },
  thatIsAll: { vi: 'Đã hết danh sách.', en: 'That is all.' },
  shownTrips: { vi: 'chuyến đang hiển thị', en: 'trips shown' },
  noTrips: {
    vi: 'Chưa có chuyến nào. Chuyến hiện ở đây ngay khi cổng gửi lượt đầu tiên.',
    en: 'No trips yet. They appear here as soon as a gate sends its first tap.',
  },
  noTaps: {
    vi: 'Chưa có lượt quét nào. Kiểm tra mục Cổng xem máy soát vé đã kết nối chưa.',
    en: 'No taps yet. See under Gates if the validators are connected.',
  },
  nothingFits: {
    vi: 'Không có gì khớp với bộ lọc. Bỏ bớt điều kiện rồi xem lại.',
    en: 'Nothing matches the filters. Remove some and look again.',
  },
  trip: { vi: 'Chuyến đi', en: 'Trip' },
  close: { vi: 'Đóng', en: 'Close' },
  revision: { vi: 'Lần sửa', en: 'Revision' },
  tapsOfTrip: { vi: 'Các lượt quét', en: 'Taps' },
  tripsOfCard: { vi: 'Mọi chuyến của thẻ này', en: 'All trips of this card' },
  validators: { vi: 'Máy soát vé', en: 'Validators' },
  validator: { vi: 'Máy soát vé', en: 'Validator' },
  gates: { vi: 'Cổng', en: 'Gates' },
  gateStates: { vi: 'Máy và cổng', en: 'Validators and gates' },
  gateRules: { vi: 'Quy định cho cổng', en: 'Rules for gates' },
  lastSeen: { vi: 'Kết nối lần cuối', en: 'Last seen' },
  validatorsThere: { vi: 'máy soát vé', en: 'validators' },
  allWell: { vi: 'đều ổn', en: 'all well' },
  needLook: { vi: 'cần xem ngay, xếp trên cùng', en: 'need a look, shown first' },
  silent: { vi: 'mất liên lạc', en: 'silent' },
  lastTap: { vi: 'Lượt quét cuối', en: 'Last tap' },
  journal: { vi: 'Nhật ký', en: 'Journal' },
  nothingReceived: { vi: 'chưa nhận lượt nào', en: 'nothing received yet' },
  readBefore: { vi: 'quét trước đó', en: 'read earlier by' },
  lastSeq: { vi: 'đã nhận đến số', en: 'received up to no.' },
  quarantined: { vi: 'Bị giữ lại', en: 'Quarantined' },
  ownReport: { vi: 'Tình trạng', en: 'Condition' },
  clockOffset: { vi: 'lệch giờ', en: 'clock off' },
  unsent: { vi: 'chờ gửi', en: 'to send' },
  journalCuts: { vi: 'sổ ghi từng hỏng', en: 'journal was damaged' },
  journalFailing: { vi: 'Không ghi được lượt đi', en: 'Taps cannot be recorded' },
  gateClass: { vi: 'Loại cổng', en: 'Gate class' },
  gateClasses: {
    vi: 'Loại cổng: làm gì khi có sự cố',
    en: 'Gate classes: what gates do when something is wrong',
  },
  changeClass: { vi: 'Thêm hoặc sửa một loại', en: 'Add or change a class' },
  className: { vi: 'Mã loại (ví dụ: bus-reader)', en: 'Class id (such as: bus-reader)' },
  statusOldAfter: { vi: 'Danh sách khóa thẻ cũ sau (phút)', en: 'Card status list old after (minutes)' },
  cardRides: { vi: 'Lượt mỗi thẻ mỗi giờ', en: 'Rides per card and hour' },
  gateRides: { vi: 'Lượt mỗi cổng mỗi giờ', en: 'Rides per gate and hour' },
  rideValue: { vi: 'Giá cao nhất một lượt (đ)', en: 'Most a ride costs (₫)' },
  cardValue: { vi: 'Giá trị mỗi thẻ mỗi giờ (đ)', en: 'Value per card and hour (₫)' },
  gateValue: { vi: 'Giá trị mỗi cổng mỗi giờ (đ)', en: 'Value per gate and hour (₫)' },
  noLimit: { vi: 'Để trống: không giới hạn', en: 'Empty: no limit' },
  save: { vi: 'Lưu', en: 'Save' },
  classSaved: { vi: 'Đã lưu. Các cổng nhận trong ít giây.', en: 'Saved. Gates take it over within seconds.' },
  enrolled: { vi: 'Đã ghi danh', en: 'Enrolled' },
  awaitingEnrolment: { vi: 'Chờ ghi danh', en: 'Awaiting enrolment' },
  never: { vi: 'chưa bao giờ', en: 'never' },
  noValidators: {
    vi: 'Chưa có máy soát vé. Khai báo một máy để nhận mã ghi danh.',
    en: 'No validators yet. Announce one to get its enrolment code.',
  },
  noGates: { vi: 'Chưa có cổng nào được khai báo.', en: 'No gates have been set up yet.' },
  findGate: { vi: 'Tìm cổng', en: 'Find a gate' },
  announce: { vi: 'Khai báo máy soát vé mới', en: 'Announce a new validator' },
  validatorName: { vi: 'Tên máy (ví dụ: Ga Láng, cổng 1)', en: 'Name (such as: Lang station, gate 1)' },
  getCode: { vi: 'Lấy mã ghi danh', en: 'Get enrolment code' },
  codeOnce: {
    vi: 'Mã chỉ hiện một lần này. Chép lại trước khi đóng.',
    en: 'The code is shown this once. Copy it before you close.',
  },
  enrolmentCode: { vi: 'Mã ghi danh', en: 'Enrolment code' },
  validUntil: { vi: 'Dùng được đến', en: 'Valid until' },
  copy: { vi: 'Chép mã', en: 'Copy code' },
  copied: { vi: 'Đã chép', en: 'Copied' },
} satisfies Record<string, Words>;

export const viewNames: Record<View, Words> = {
  trips: { vi: 'Chuyến đi', en: 'Trips' },
  corrections: { vi: 'Đính chính', en: 'Corrections' },
  taps: { vi: 'Lượt quét', en: 'Taps' },
  incidents: { vi: 'Sự cố', en: 'Incidents' },
  gates: { vi: 'Cổng', en: 'Gates' },
  tariffs: { vi: 'Biểu giá', en: 'Tariffs' },
  money: { vi: 'Tiền của khách', en: 'Riders’ money' },
  reports: { vi: 'Báo cáo', en: 'Reports' },
};

/** What went wrong and what to do, by problem code. */
const troubles: Record<string, Words> = {
  period_too_long: {
    vi: 'Chọn từ 1 đến 62 ngày vận hành, ngày đầu không sau ngày cuối.',
    en: 'Choose 1 to 62 service days, the first not after the last.',
  },
  issuer_unavailable: {
    vi: 'Bên phát hành vé, nơi biết khách đã trả bao nhiêu, không trả lời. Thử lại sau một phút.',
    en: 'The issuer, which knows what riders paid, does not answer. Try again in a minute.',
  },
  no_answer: {
    vi: 'Máy chủ không trả lời. Kiểm tra mạng; trang tự thử lại.',
    en: 'The server does not answer. Check the network; the page tries again by itself.',
  },
  database_unavailable: {
    vi: 'Cơ sở dữ liệu chưa sẵn sàng. Trang tự thử lại.',
    en: 'The database is not available. The page tries again by itself.',
  },
  wrong_credentials: {
    vi: 'Thư điện tử hoặc mật khẩu không đúng.',
    en: 'The email or the password is wrong.',
  },
  too_many_requests: {
    vi: 'Thử quá nhiều lần. Đợi một lát rồi thử lại.',
    en: 'Too many tries. Wait a moment, then try again.',
  },
  invalid_request: {
    vi: 'Có ô nhập chưa đúng. Kiểm tra lại các ô.',
    en: 'Some field is not right. Check what was entered.',
  },
  too_many_gate_classes: {
    vi: 'Đã có 100 loại cổng. Sửa một loại có sẵn.',
    en: 'There are 100 gate classes already. Change one of them.',
  },
  line_not_found: {
    vi: 'Không tìm thấy tuyến này. Tải lại trang.',
    en: 'This line was not found. Load the page again.',
  },
  trip_not_found: {
    vi: 'Không tìm thấy chuyến này. Có thể nó đã được gộp vào chuyến khác.',
    en: 'This trip was not found. It may have been joined with another.',
  },
  incident_not_found: {
    vi: 'Không tìm thấy sự cố này. Có thể lượt quét đến sau đã giải thích nó.',
    en: 'This incident was not found. Later taps may have explained it.',
  },
  not_blocked: {
    vi: 'Thẻ này hiện không bị khóa. Có thể người khác vừa mở.',
    en: 'This card is not blocked now. Somebody may just have lifted the block.',
  },
  nothing_missing: {
    vi: 'Chuyến này đã có đủ hai lượt quét. Có thể miễn thu, không thể đổi nơi.',
    en: 'Both ends of this trip were tapped. It can be waived, not moved.',
  },
  nothing_to_refuse: {
    vi: 'Khách không còn yêu cầu nào về chuyến này.',
    en: 'The rider asks for nothing on this trip any more.',
  },
  unknown_place: {
    vi: 'Tuyến này không có cổng ở nơi đó. Chọn nơi khác.',
    en: 'This line has no gate at that place. Choose another.',
  },
  decision_id_used: {
    vi: 'Quyết định này đã được lưu với nội dung khác. Mở lại chuyến rồi quyết định lại.',
    en: 'This decision was saved with other content. Open the trip again and decide anew.',
  },
  too_many_decisions: {
    vi: 'Chuyến này đã có quá nhiều quyết định. Báo người quản trị.',
    en: 'This trip has too many decisions. Tell an administrator.',
  },
  broken_archive: {
    vi: 'Tệp không phải zip đọc được. Tạo lại tệp rồi nhập lại.',
    en: 'The file is not a zip that can be read. Make it anew and try again.',
  },
  body_too_large: {
    vi: 'Tệp quá lớn. Bỏ stop_times.txt và shapes.txt ra: không cần đến.',
    en: 'The file is too large. Leave stop_times.txt and shapes.txt out: they are not needed.',
  },
  tariff_overlap: {
    vi: 'Trùng ngày với một biểu giá khác. Chọn ngày khác, hoặc đặt ngày cuối cho biểu giá kia trước.',
    en: 'Another tariff has these days. Choose other days, or set that one’s last day first.',
  },
  tariff_days: {
    vi: 'Ngày không hợp lệ: ngày cuối không được trước ngày đầu, cũng không được trước hôm nay.',
    en: 'These days cannot be: the last day must not be before the first, nor before today.',
  },
};

export const trouble = (code: string): Words =>
  troubles[code] ??
  moneyTroubles[code] ?? {
    vi: `Có lỗi ngoài dự kiến (${code}). Thử lại sau ít phút.`,
    en: `Something unexpected went wrong (${code}). Try again in a few minutes.`,
  };
