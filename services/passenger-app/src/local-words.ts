/** Times, money and places as people read them; times in the city's zone, whatever the phone is set to. */
import type { Money } from '@vedong/contracts/common';
import { writeMoney } from '@vedong/contracts/write-money';
import { hanoiCalendar } from '@vedong/travel';
import { language, words } from './language.ts';

const { timeZone } = hanoiCalendar;

const format = (moment: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(words.value.locale, { timeZone, ...options }).format(moment);

/** `08:14`. Takes milliseconds since 1970. */
export const timeOfDay = (moment: number): string =>
  format(moment, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `08:14` when it is today, else `05:00, 26/11`. */
export const timeAndDay = (moment: number, now: number): string =>
  isSameDay(moment, now)
    ? timeOfDay(moment)
    : `${timeOfDay(moment)}, ${format(moment, { day: 'numeric', month: 'numeric' })}`;

/** `08:14, 23/11/2026`. */
export const dateAndTime = (at: string): string =>
  `${timeOfDay(Date.parse(at))}, ${format(Date.parse(at), { day: 'numeric', month: 'numeric', year: 'numeric' })}`;

/** `Hôm nay`, `Hôm qua`, else `Thứ Hai, 23/11`. */
export function dayName(moment: number, now: number): string {
  if (isSameDay(moment, now)) return words.value.today;
  if (isSameDay(moment, now - 86_400_000)) return words.value.yesterday;
  return format(moment, { weekday: 'long', day: 'numeric', month: 'numeric' });
}

const isSameDay = (a: number, b: number): boolean => {
  const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'numeric', day: 'numeric' };
  return format(a, day) === format(b, day);
};

export const price = (money: Money, signDisplay: 'auto' | 'exceptZero' = 'auto'): string =>
  writeMoney(money, { language: language.value, signDisplay });

/** `Vé tháng xe buýt một tuyến, tuyến 32`. */
export function passName(pass: { nameVi: string; nameEn: string; lineId: string | null }): string {
  const name = placeName(pass);
  return pass.lineId === null ? name : words.value.passOnLine(name, pass.lineId);
}

/** The name in the language in use; of a pass or a line as well as of a place. */
export const placeName = (place: { nameVi: string; nameEn: string }): string =>
  language.value === 'vi' ? place.nameVi : place.nameEn;
