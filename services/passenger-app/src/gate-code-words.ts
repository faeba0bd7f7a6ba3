/** Words of the screen that reads a gate's own code. */
export const gateCodeWords = {
  vi: {
    title: 'Quét mã của cổng',
    why: 'Cổng này hiện một mã riêng. Quét mã đó trước, rồi đưa mã vé của bạn vào đầu đọc trong một phút.',
    openCamera: 'Bật camera',
    noCamera: 'Không mở được camera. Cho phép camera trong cài đặt trình duyệt, hoặc nhập mã bên dưới.',
    picture: 'Hình từ camera',
    paste: 'Hoặc dán mã của cổng',
    use: 'Dùng mã này',
    wrong: 'Đây không phải mã của cổng. Quét mã QR nhỏ trên màn hình cổng.',
    back: 'Về mã vé',
  },
  en: {
    title: 'Scan the gate’s code',
    why: 'This gate shows a code of its own. Scan it first, then hold your ticket to the reader within a minute.',
    openCamera: 'Turn the camera on',
    noCamera: 'The camera did not open. Allow it in the browser’s settings, or paste the code below.',
    picture: 'Camera picture',
    paste: 'Or paste the gate’s code',
    use: 'Use this code',
    wrong: 'This is not a gate’s code. Scan the small QR code on the gate’s screen.',
    back: 'Back to the ticket',
  },
} as const;
