/** Corrections and pairing in the words of the staff. Pure. */
import type { CorrectionKind, DecisionKind, OperatorTrip, TripStory } from '@vedong/contracts';
import type { Words } from './language.ts';

export const correctionMessages = {
  view: { vi: 'Đính chính', en: 'Corrections' },
  open: { vi: 'Chờ trả lời', en: 'Waiting' },
  answered: { vi: 'Đã trả lời', en: 'Answered' },
  queue: { vi: 'Yêu cầu của hành khách', en: 'What riders ask for' },
  nothingOpen: {
    vi: 'Không có yêu cầu nào đang chờ. Yêu cầu của hành khách hiện ở đây ngay khi gửi.',
    en: 'Nothing is waiting. What riders ask for appears here as soon as they send it.',
  },
  nothingAnswered: { vi: 'Chưa có yêu cầu nào được trả lời.', en: 'Nothing has been answered yet.' },
  more: {
    vi: 'Còn nữa: trả lời bớt để thấy phần còn lại.',
    en: 'There are more: they show as these are answered.',
  },
  askedAt: { vi: 'Gửi lúc', en: 'Asked at' },
  asks: { vi: 'Yêu cầu', en: 'Asks' },
  saysPlace: { vi: 'Nơi khách nói', en: 'Place by the rider' },
  saysWords: { vi: 'Lời của khách', en: 'Rider’s words' },
  trip: { vi: 'Chuyến', en: 'Trip' },
  answer: { vi: 'Trả lời', en: 'Answer' },
  openTrip: { vi: 'Xem và quyết định', en: 'Look and decide' },
  gone: { vi: 'đã gộp vào chuyến khác', en: 'became part of another trip' },

  pairing: { vi: 'Ghép lượt', en: 'How it was paired' },
  evidence: { vi: 'Lượt dùng để suy ra', en: 'Inferred from this tap' },
  corrections: { vi: 'Đính chính', en: 'Corrections' },
  none: { vi: 'Chưa có.', en: 'None.' },
  riderAsks: { vi: 'Khách yêu cầu', en: 'The rider asks' },
  by: { vi: 'bởi', en: 'by' },
  decide: { vi: 'Quyết định về chuyến này', en: 'Decide about this trip' },
  decideOpen: { vi: 'Trả lời khách', en: 'Answer the rider' },
  what: { vi: 'Quyết định', en: 'Decision' },
  where: { vi: 'Nơi của lượt thiếu', en: 'Place of the missing tap' },
  choosePlace: { vi: 'Chọn nơi…', en: 'Choose a place…' },
  reason: { vi: 'Lý do (hành khách sẽ đọc)', en: 'Reason (the rider reads it)' },
  save: { vi: 'Lưu quyết định', en: 'Save the decision' },
  saved: { vi: 'Đã lưu. Chuyến được tính lại ngay.', en: 'Saved. The trip is priced anew at once.' },
  charge: { vi: 'Gửi đơn vị phát hành', en: 'Told to the issuer' },
} satisfies Record<string, Words>;

export const correctionKinds: Record<CorrectionKind, Words> = {
  forgot_tap: { vi: 'Quên quẹt', en: 'Forgot to tap' },
  wrong: { vi: 'Chuyến không đúng', en: 'The trip is wrong' },
};

export const decisionKinds: Record<DecisionKind, Words> = {
  complete: { vi: 'Điền lượt thiếu', en: 'Fill the missing end' },
  waive: { vi: 'Miễn thu', en: 'Waive' },
  refuse: { vi: 'Từ chối', en: 'Refuse' },
  as_tapped: { vi: 'Bỏ các quyết định trước', en: 'Take earlier decisions back' },
};

export const chargeResults: Record<NonNullable<TripStory['charge']>['result'], Words> = {
  waiting: { vi: 'đang chờ gửi', en: 'waiting to be sent' },
  applied: { vi: 'đã ghi sổ', en: 'booked' },
  duplicate: { vi: 'đã ghi sổ từ trước', en: 'booked before' },
  refused: { vi: 'bị từ chối', en: 'refused' },
};

/** Where an end comes from that nobody tapped. */
export const endSources: Record<NonNullable<NonNullable<OperatorTrip['exit']>['source']>, Words> = {
  inferred: { vi: 'suy ra từ lượt sau', en: 'inferred from the next tap' },
  correction: { vi: 'theo đính chính', en: 'by correction' },
};

/** How a trip's ends were found. */
export function pairingWords({ state, entry, exit }: Pick<OperatorTrip, 'state' | 'entry' | 'exit'>): Words {
  if (state === 'open') {
    return {
      vi: 'Đã có lượt vào; lượt ra còn có thể đến.',
      en: 'There is an entry; its exit may still come.',
    };
  }
  if (state === 'missing_exit') {
    return {
      vi: 'Có lượt vào, không có lượt ra, và lượt quét sau không cho biết đã xuống đâu: giá tối đa.',
      en: 'An entry without an exit, and the next tap does not tell where the ride ended: the maximum fare.',
    };
  }
  if (state === 'missing_entry') {
    return {
      vi: 'Có lượt ra mà không có lượt vào nào trước đó trong bốn giờ: giá tối đa.',
      en: 'An exit without an entry in the four hours before: the maximum fare.',
    };
  }
  if (exit?.source === 'inferred') {
    return {
      vi: 'Không có lượt ra. Lượt quét ngay sau đó bắt đầu một chuyến ở nơi tuyến này đi qua, nên chuyến kết thúc ở đó.',
      en: 'No exit. The very next tap begins a ride where this line goes, so the trip ended there.',
    };
  }
  if (entry?.source === 'correction' || exit?.source === 'correction') {
    return {
      vi: 'Một đầu chuyến do nhân viên điền; giờ của đầu đó không biết chắc.',
      en: 'Staff filled one end; when it was is not known.',
    };
  }
  return exit
    ? { vi: 'Lượt vào và lượt ra sau đó.', en: 'An entry and the exit after it.' }
    : {
        vi: 'Một lần lên xe: tuyến này chỉ quẹt khi lên.',
        en: 'One boarding: on this line riders tap on only.',
      };
}

/** Whether staff can say where a trip began or ended: nobody tapped there. */
export const lacksEnd = ({ state, entry, exit }: Pick<OperatorTrip, 'state' | 'entry' | 'exit'>): boolean =>
  state !== 'complete' || entry?.source !== undefined || exit?.source !== undefined;
