/** Every reason for a refusal, in words a rider can act on. */
import type { PassbackRule, Reason } from '@vedong/travel';
import type { TapAnswer } from '@vedong/contracts';
import { cityTime } from './city-time.ts';
import type { Words } from './language.ts';

const advice: Record<Reason, Words> = {
  malformed: {
    vi: 'Đây không phải mã vé. Mở ứng dụng vé và đưa mã đang hiện.',
    en: 'This is not a ticket code. Open your ticket app and show its code.',
  },
  unknown_issuer: {
    vi: 'Vé của đơn vị khác, không dùng được ở đây. Mời hỏi nhân viên.',
    en: 'This ticket is from another issuer and is not valid here. Please ask staff.',
  },
  unknown_key: {
    vi: 'Cổng chưa nhận ra vé này. Bật mạng, mở lại ứng dụng rồi thử mã mới.',
    en: 'The gate does not know this ticket yet. Go online, reopen the app and try its new code.',
  },
  key_revoked: {
    vi: 'Mã này không còn hiệu lực. Bật mạng, mở lại ứng dụng để nhận mã mới.',
    en: 'This code is no longer valid. Go online and reopen the app to get a new one.',
  },
  bad_signature: {
    vi: 'Mã vé không đúng. Đưa mã đang hiện trong ứng dụng, hoặc hỏi nhân viên.',
    en: 'This code is not genuine. Show the live code in your app, or ask staff.',
  },
  bad_proof: {
    vi: 'Mã không do điện thoại giữ thẻ tạo ra. Dùng ứng dụng trên điện thoại của bạn.',
    en: 'This code was not made by the phone that holds the card. Use the app on your own phone.',
  },
  wrong_challenge: {
    vi: 'Mã này không dành cho cổng này. Quét ký hiệu trên cổng bằng ứng dụng rồi thử lại.',
    en: 'This code is not for this gate. Scan the sign on the gate with your app, then try again.',
  },
  not_yet_valid: {
    vi: 'Vé chưa đến giờ dùng. Xem giờ bắt đầu trong ứng dụng.',
    en: 'Your ticket is not valid yet. See in the app when it starts.',
  },
  expired: {
    vi: 'Vé đã hết hạn. Bật mạng và mở ứng dụng để nhận vé mới.',
    en: 'Your ticket has ended. Go online and open the app to renew it.',
  },
  clock_ahead: {
    vi: 'Mã chưa đến lượt. Chờ vài giây rồi đưa lại mã.',
    en: 'This code is ahead of time. Wait a few seconds and show it again.',
  },
  stale: {
    vi: 'Mã đã cũ, ảnh chụp không dùng được. Đưa mã đang hiện trong ứng dụng.',
    en: 'This code is too old, and pictures do not work. Show the live code in your app.',
  },
  revoked: {
    vi: 'Thẻ này không còn dùng được. Xem lý do trong ứng dụng hoặc hỏi nhân viên.',
    en: 'This card can no longer be used. See why in the app, or ask staff.',
  },
  suspended: {
    vi: 'Thẻ đang bị tạm khóa. Mở khóa trong ứng dụng hoặc hỏi nhân viên.',
    en: 'This card is paused. Unblock it in the app, or ask staff.',
  },
  out_of_scope: {
    vi: 'Vé không dùng được trên tuyến này. Chọn thẻ khác trong ứng dụng.',
    en: 'Your ticket is not valid on this line. Choose another card in the app.',
  },
  not_covered: {
    vi: 'Loại vé này không dùng được ở đây. Chọn thẻ khác trong ứng dụng.',
    en: 'This kind of ticket is not valid here. Choose another card in the app.',
  },
  replayed: {
    vi: 'Mã này đã được dùng. Chờ mã tiếp theo.',
    en: 'This code has been used. Wait for the next code.',
  },
  passback: {
    vi: 'Thẻ này vừa qua đây. Mỗi người cần thẻ của mình; nếu bạn quay lại, mời hỏi nhân viên.',
    en: 'This card has just passed here. Each rider needs a card of their own; if you came back, ask staff.',
  },
  gate_closed: {
    vi: 'Vé của bạn không sao: cổng này tạm không soát được. Mời qua cổng khác hoặc gặp nhân viên.',
    en: 'Your ticket is fine: this gate cannot check it now. Use another gate, or ask staff.',
  },
  offline_limit: {
    vi: 'Vé của bạn không sao: cổng đang có sự cố và đã hết lượt cho phép. Mời qua cổng khác hoặc gặp nhân viên.',
    en: 'Your ticket is fine: this gate has a fault and has let through all it may. Use another gate, or ask staff.',
  },
};

/**
 * One reason and what to do; a code used before says where and when, if the validator knows.
 * @param rule the gate's own anti-passback rule, which may let a group through
 */
export function explainRefusal(
  { reason, lastUse }: Pick<TapAnswer, 'reason' | 'lastUse'>,
  rule?: PassbackRule,
): Words | null {
  if (reason === undefined) return null;
  if (!lastUse) return advice[reason];
  const time = cityTime(lastUse.at);
  if (reason === 'passback') {
    const group = rule?.group;
    if (group) {
      return {
        vi: `Thẻ này vừa qua ${lastUse.nameVi} lúc ${time}. Một thẻ cho tối đa ${group.persons} người trong ${group.seconds} giây kể từ người đầu; người tiếp theo cần thẻ khác.`,
        en: `This card passed at ${lastUse.nameEn} at ${time}. One card is for up to ${group.persons} people within ${group.seconds} s of the first; the next person needs another card.`,
      };
    }
    return {
      vi: `Thẻ này vừa qua ${lastUse.nameVi} lúc ${time}. Mỗi người cần thẻ của mình; nếu bạn quay lại, mời hỏi nhân viên.`,
      en: `This card passed at ${lastUse.nameEn} at ${time}. Each rider needs a card of their own; if you came back, ask staff.`,
    };
  }
  if (reason !== 'replayed') return advice[reason];
  return {
    vi: `Đã dùng tại ${lastUse.nameVi} lúc ${time}. Chờ mã tiếp theo.`,
    en: `Already used at ${lastUse.nameEn} at ${time}. Wait for the next code.`,
  };
}
