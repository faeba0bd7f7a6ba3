/** All words of the gate's screen but the reasons, Vietnamese and English. */
import type { CameraTrouble } from './camera.ts';
import type { GateHealth, StatusGate } from './gate-health.ts';
import type { Words } from './language.ts';

export const messages = {
  product: { vi: 'Vé động', en: 'Vedong' },
  scanNow: { vi: 'Mời quét mã', en: 'Scan your code' },
  scanHow: { vi: 'Đưa mã QR trong ứng dụng vào khung', en: 'Hold the QR code of your app in the frame' },
  scanAtReader: {
    vi: 'Đưa mã QR trong ứng dụng vào đầu đọc',
    en: 'Hold the QR code of your app to the reader',
  },
  asking: { vi: 'Đang soát vé…', en: 'Checking…' },
  go: { vi: 'Mời qua', en: 'Go' },
  stop: { vi: 'Dừng', en: 'Stop' },
  notChecked: { vi: 'Chưa soát được', en: 'Not checked' },
  reduced: { vi: 'Vé giảm giá', en: 'Reduced fare' },
  free: { vi: 'Vé miễn phí', en: 'Free ride' },
  chooseGate: { vi: 'Chọn cổng của màn hình này', en: 'Choose the gate of this screen' },
  chooseGateOnce: {
    vi: 'Chỉ chọn một lần; máy này sẽ nhớ.',
    en: 'Only once: this device remembers it.',
  },
  searchGate: {
    vi: 'Tìm theo ga, điểm dừng, tuyến hoặc mã cổng',
    en: 'Search by station, stop, line or gate id',
  },
  noSuchGate: { vi: 'Không có cổng nào khớp. Thử từ khác.', en: 'No gate matches. Try other words.' },
  changeGate: { vi: 'Đổi cổng', en: 'Change gate' },
  cameraOn: { vi: 'Bật camera', en: 'Camera on' },
  cameraOff: { vi: 'Tắt camera', en: 'Camera off' },
  turnCamera: { vi: 'Đổi camera', en: 'Other camera' },
  cameraPicture: { vi: 'Hình từ camera', en: 'Camera picture' },
  soundOn: { vi: 'Bật tiếng', en: 'Sound on' },
  soundOff: { vi: 'Tắt tiếng', en: 'Sound off' },
  touchForSound: { vi: 'Chạm màn hình một lần để có tiếng.', en: 'Touch the screen once to let it sound.' },
  fullscreen: { vi: 'Toàn màn hình', en: 'Full screen' },
  pasteLabel: { vi: 'Dán mã vé', en: 'Paste a ticket code' },
  check: { vi: 'Soát', en: 'Check' },
  tryAgain: { vi: 'Thử lại', en: 'Try again' },
  otherLanguage: { vi: 'English', en: 'Tiếng Việt' },
  replayMemory: { vi: 'Chống dùng lại', en: 'Replay guard' },
  guardRedis: { vi: 'chung (Redis)', en: 'shared (Redis)' },
  guardLocal: { vi: 'tại chỗ', en: 'local' },
  clock: { vi: 'Giờ máy soát vé', en: 'Validator clock' },
  unsent: { vi: 'Chờ gửi', en: 'To send' },
  putAside: { vi: 'Bị giữ lại', en: 'Put aside' },
  journalCuts: { vi: 'Sổ ghi từng hỏng', en: 'Journal was damaged' },
  clockUnsure: { vi: 'chưa chắc', en: 'unsure' },
  lastSent: { vi: 'Gửi lần cuối', en: 'Last sent' },
  never: { vi: 'chưa', en: 'never' },
} satisfies Record<string, Words>;

export const gateKinds: Record<StatusGate['kind'], Words & { symbol: string }> = {
  entry: { vi: 'Lối vào', en: 'Entry', symbol: '→' },
  exit: { vi: 'Lối ra', en: 'Exit', symbol: '←' },
  board: { vi: 'Cửa lên xe', en: 'Boarding', symbol: '↑' },
  alight: { vi: 'Cửa xuống xe', en: 'Getting off', symbol: '↓' },
};

interface HealthWords {
  /** Short, for the status line. */
  name: Words;
  /** What staff should do; none while all is well. */
  todo?: Words;
}

export const healthWords: Record<GateHealth['kind'], HealthWords> = {
  ready: { name: { vi: 'Sẵn sàng', en: 'Ready' } },
  connecting: { name: { vi: 'Đang kết nối…', en: 'Connecting…' } },
  unreachable: {
    name: { vi: 'Mất kết nối máy soát vé', en: 'Validator not reached' },
    todo: {
      vi: 'Mời khách qua cổng khác. Kiểm tra nguồn và mạng của máy soát vé; màn hình tự kết nối lại.',
      en: 'Send riders to another gate. Check the validator’s power and network; this screen connects again by itself.',
    },
  },
  not_enrolled: {
    name: { vi: 'Máy soát vé chưa ghi danh', en: 'Validator not enrolled' },
    todo: {
      vi: 'Tạo mã ghi danh ở trang điều hành, mục Cổng, rồi khởi động máy soát vé với mã đó.',
      en: 'Make an enrolment code in the operator console under Gates, and start the validator with it.',
    },
  },
  revoked: {
    name: { vi: 'Máy soát vé đã bị thu hồi', en: 'Validator revoked' },
    todo: {
      vi: 'Cổng không mở nữa: mời khách qua cổng khác. Nhân viên: báo trung tâm điều hành để ghi danh lại máy.',
      en: 'This gate no longer opens: send riders to another. Staff: ask the control centre to enrol the validator anew.',
    },
  },
  no_trust: {
    name: { vi: 'Chưa có khóa kiểm vé', en: 'No ticket keys yet' },
    todo: {
      vi: 'Máy soát vé đang lấy khóa từ nơi phát hành. Nếu quá một phút, mời khách qua cổng khác và kiểm tra mạng của máy.',
      en: 'The validator is fetching the issuer’s keys. After a minute, send riders to another gate and check its network.',
    },
  },
  trust_expired: {
    name: { vi: 'Khóa kiểm vé đã hết hạn', en: 'Ticket keys have expired' },
    todo: {
      vi: 'Mời khách qua cổng khác. Máy soát vé đã lâu không có mạng: nối lại mạng để lấy khóa mới.',
      en: 'Send riders to another gate. The validator has been offline too long: bring its network back to renew the keys.',
    },
  },
  journal_failing: {
    name: { vi: 'Không ghi được lượt đi', en: 'Rides cannot be recorded' },
    todo: {
      vi: 'Cổng không mở cho ai: mời khách qua cổng khác. Nhân viên: kiểm tra đĩa của máy soát vé (đầy, hỏng hoặc chỉ đọc).',
      en: 'The gate opens for nobody: send riders to another. Staff: check the validator’s disk (full, failing or read-only).',
    },
  },
  closed: {
    name: { vi: 'Cổng tạm đóng', en: 'Gate closed for now' },
    todo: {
      vi: 'Vé của khách không sao. Mời khách qua cổng khác; lý do ghi ở dưới.',
      en: 'Riders’ tickets are fine. Send them to another gate; the cause stands below.',
    },
  },
  gate_missing: {
    name: { vi: 'Cổng không thuộc máy này', en: 'Gate not served here' },
    todo: {
      vi: 'Máy soát vé này không phục vụ cổng đã chọn. Chọn lại cổng.',
      en: 'This validator does not serve the chosen gate. Choose the gate again.',
    },
  },
};

export const cameraTroubles: Record<CameraTrouble, Words> = {
  insecure: {
    vi: 'Trình duyệt chỉ mở camera qua https hoặc trên chính máy này (localhost).',
    en: 'Browsers open a camera only over https or on the same machine (localhost).',
  },
  blocked: {
    vi: 'Trang chưa được phép dùng camera. Cho phép ở biểu tượng cạnh địa chỉ trang, rồi thử lại.',
    en: 'The page may not use the camera. Allow it beside the page’s address, then try again.',
  },
  none: {
    vi: 'Không thấy camera. Cắm camera hoặc dùng đầu đọc mã.',
    en: 'No camera found. Connect one, or use a code scanner.',
  },
  busy: {
    vi: 'Camera đang được ứng dụng khác dùng. Đóng ứng dụng đó rồi thử lại.',
    en: 'Another program uses the camera. Close it, then try again.',
  },
  ended: {
    vi: 'Camera vừa ngắt. Kiểm tra dây rồi thử lại.',
    en: 'The camera went away. Check its cable, then try again.',
  },
  reader: {
    vi: 'Trình duyệt không chạy được bộ đọc mã. Cập nhật trình duyệt hoặc dùng đầu đọc mã.',
    en: 'This browser cannot run the code reader. Update it, or use a code scanner.',
  },
  other: {
    vi: 'Không mở được camera. Thử lại hoặc dùng đầu đọc mã.',
    en: 'The camera did not open. Try again, or use a code scanner.',
  },
};

/** A scan nobody judged, by problem code: what the rider and staff can do. */
const scanTroubles: Record<string, Words> = {
  no_answer: {
    vi: 'Máy soát vé không trả lời. Đưa lại mã; nếu vẫn vậy, mời gặp nhân viên.',
    en: 'The validator does not answer. Show the code again, or ask staff.',
  },
  not_ready: {
    vi: 'Cổng đang khởi động. Đợi một chút rồi đưa lại mã, hoặc qua cổng khác.',
    en: 'This gate is still starting. Wait a moment and try again, or use another gate.',
  },
  validator_revoked: {
    vi: 'Cổng này ngừng phục vụ. Mời qua cổng khác.',
    en: 'This gate is out of service. Please use another gate.',
  },
  journal_unavailable: {
    vi: 'Cổng không ghi được lượt đi. Mời qua cổng khác.',
    en: 'This gate cannot record rides. Please use another gate.',
  },
  overloaded: {
    vi: 'Cổng đang quá tải. Đợi vài giây rồi đưa lại mã.',
    en: 'This gate is overloaded. Wait a few seconds and show the code again.',
  },
  unknown_gate: {
    vi: 'Máy soát vé không biết cổng này. Nhân viên: chọn lại cổng.',
    en: 'The validator does not know this gate. Staff: choose the gate again.',
  },
};

export const scanTrouble = (code: string): Words =>
  scanTroubles[code] ?? {
    vi: 'Có lỗi ngoài dự kiến. Đưa lại mã, hoặc mời qua cổng khác.',
    en: 'Something unexpected went wrong. Show the code again, or use another gate.',
  };
