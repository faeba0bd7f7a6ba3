/** The words about corrections and about how a trip was put together; apart, so that the code does not wait for them. */
import type { DecisionKind, RiderCorrection } from '@vedong/contracts/corrections';

type RequestState = NonNullable<RiderCorrection['request']>['state'];

const vi = {
  howPaired: 'Chuyến này được ghi thế nào',
  paired: {
    open: 'Đã quẹt vào; chưa thấy lượt quẹt ra.',
    both: 'Một lượt quẹt vào và một lượt quẹt ra.',
    boarding: 'Một lượt quẹt khi lên xe; tuyến này không cần quẹt khi xuống.',
    inferred: 'Không có lượt quẹt ra. Lượt quẹt tiếp theo cho biết bạn đã xuống ở đây.',
    correction: 'Một lượt quẹt bị thiếu; nhân viên đã điền nơi đi hoặc nơi đến.',
    missing_exit: 'Không có lượt quẹt ra và không rõ bạn xuống ở đâu, nên tính giá tối đa.',
    missing_entry: 'Không có lượt quẹt vào, nên tính giá tối đa.',
  },
  endSources: { inferred: 'suy ra từ lượt quẹt sau', correction: 'theo đính chính' },
  stepSameStation: (minutes: string) => `Vào rồi ra cùng một nơi trong vòng ${minutes} phút`,
  stepTooLong: (minutes: string) => `Chuyến lâu hơn ${minutes} phút, mức dài nhất của tuyến: tính giá tối đa`,
  stepWaived: 'Đơn vị vận hành không thu chuyến này',

  title: 'Đính chính',
  why: 'Chuyến này chưa đúng? Báo cho đơn vị vận hành; câu trả lời sẽ hiện ở đây.',
  forgotOff: 'Tôi quên quẹt ra',
  forgotOn: 'Tôi quên quẹt vào',
  wrong: 'Chuyến này không đúng',
  whereOff: 'Bạn đã xuống ở đâu?',
  whereOn: 'Bạn đã lên ở đâu?',
  placeExample: 'Tên ga hoặc điểm dừng',
  what: 'Điều gì không đúng?',
  more: 'Điều muốn nói thêm (không bắt buộc)',
  consequences:
    'Nhân viên xem lại chuyến và trả lời. Nếu giá thay đổi, phần chênh lệch tự trở lại ví. Đừng viết số điện thoại hay giấy tờ của bạn.',
  send: 'Gửi yêu cầu',
  youAsked: { forgot_tap: 'Bạn báo: quên quẹt', wrong: 'Bạn báo: chuyến không đúng' },
  states: {
    sending: 'Đang gửi đến đơn vị vận hành…',
    waiting: 'Đơn vị vận hành đã nhận và đang xem.',
    answered: 'Đã trả lời',
    not_taken: 'Đơn vị vận hành không còn chuyến này. Hãy xem lại danh sách chuyến đi.',
  } satisfies Record<RequestState, string>,
  answers: {
    complete: 'Chấp nhận: đã điền nơi thiếu',
    waive: 'Chấp nhận: không thu tiền chuyến này',
    refuse: 'Không chấp nhận',
    as_tapped: 'Tính lại theo các lượt quẹt',
  } satisfies Record<DecisionKind, string>,
  staffSay: 'Nhân viên viết:',
};

export type CorrectionMessages = typeof vi;

const en: CorrectionMessages = {
  howPaired: 'How this trip was recorded',
  paired: {
    open: 'You tapped on; there is no tap off yet.',
    both: 'One tap on and one tap off.',
    boarding: 'One tap on boarding; on this line you do not tap off.',
    inferred: 'There was no tap off. Your next tap shows that you got off here.',
    correction: 'A tap was missing; staff filled in where it would have been.',
    missing_exit: 'There was no tap off and nobody knows where you got off: the maximum fare.',
    missing_entry: 'There was no tap on: the maximum fare.',
  },
  endSources: { inferred: 'from your next tap', correction: 'corrected' },
  stepSameStation: (minutes) => `In and out at one place within ${minutes} minutes`,
  stepTooLong: (minutes) => `Longer than ${minutes} minutes, the most for this line: the maximum fare`,
  stepWaived: 'The operator does not charge this trip',

  title: 'Corrections',
  why: 'Is this trip not right? Tell the operator; the answer shows up here.',
  forgotOff: 'I forgot to tap off',
  forgotOn: 'I forgot to tap on',
  wrong: 'This is wrong',
  whereOff: 'Where did you get off?',
  whereOn: 'Where did you get on?',
  placeExample: 'Name of the station or stop',
  what: 'What is wrong?',
  more: 'Anything else (optional)',
  consequences:
    'Staff look at the trip and answer. If the price changes, the difference comes back to the wallet by itself. Do not write your phone number or papers here.',
  send: 'Send',
  youAsked: { forgot_tap: 'You said: forgot to tap', wrong: 'You said: this is wrong' },
  states: {
    sending: 'On its way to the operator…',
    waiting: 'The operator has it and is looking at it.',
    answered: 'Answered',
    not_taken: 'The operator no longer has this trip. Look at your trips again.',
  },
  answers: {
    complete: 'Accepted: the missing place is filled in',
    waive: 'Accepted: this trip is not charged',
    refuse: 'Not accepted',
    as_tapped: 'Priced by the taps again',
  },
  staffSay: 'Staff write:',
};

export const correctionMessages = { vi, en };
