/** The steps of a price in sentences. Steps are data, of kinds that a newer operator may add to. Pure. */
import type { Money, Pricing } from '@vedong/contracts';
import { fareWords } from './fare-words.ts';
import type { Words } from './language.ts';

export type Step = Pricing['steps'][number];

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const unknownReasons: Record<string, Words> = {
  unknown_route: { vi: 'biểu giá không có tuyến này', en: 'the tariff does not have this line' },
  unknown_stop: { vi: 'biểu giá không có điểm dừng này', en: 'the tariff does not have this stop' },
  no_rule: { vi: 'không quy tắc nào khớp', en: 'no rule matches' },
  not_sold: { vi: 'sản phẩm không bán cho đối tượng này', en: 'the product is not sold to this rider' },
  no_common_currency: { vi: 'không có chung tiền tệ', en: 'there is no common currency' },
};

/** What a step did; a kind without words is shown by its name. */
export function stepWords(step: Step): Words {
  const product = textOf(step['fareProductId']);
  switch (step['kind']) {
    case 'leg':
      if (step['paidBy'] !== 'own_product')
        return {
          vi: `Chặng ${product}: đã tính trong lượt nối`,
          en: `Ride ${product}: in the transfer’s price`,
        };
      return { vi: `Chặng: sản phẩm ${product}`, en: `Ride: product ${product}` };
    case 'transfer': {
      const number = textOf(step['transferNumber']);
      return { vi: `Nối chuyến lần ${number} ${product}`.trim(), en: `Transfer ${number} ${product}`.trim() };
    }
    case 'separate':
      return {
        vi: 'Không được tính nối với chuyến trước: hai chuyến trả riêng',
        en: 'No transfer from the trip before: both are paid separately',
      };
    case 'carried_back':
      return {
        vi: 'Phần giảm còn lại chuyển sang chuyến trước',
        en: 'The rest of a discount goes to the trip before',
      };
    case 'same_station': {
      const minutes = textOf(step['withinMinutes']);
      return {
        vi: `Vào và ra cùng một nơi trong ${minutes} phút`,
        en: `In and out at one place within ${minutes} minutes`,
      };
    }
    case 'too_long': {
      const minutes = textOf(step['longestMinutes']);
      return {
        vi: `Lâu hơn ${minutes} phút, mức dài nhất của tuyến: giá tối đa`,
        en: `Longer than ${minutes} minutes, the most for the line: the maximum fare`,
      };
    }
    case 'waived':
      return { vi: 'Nhân viên miễn thu', en: 'Waived by staff' };
    case 'unknown': {
      const reason = unknownReasons[textOf(step['reason'])];
      return { vi: `Không có giá: ${reason?.vi ?? ''}`, en: `No price: ${reason?.en ?? ''}` };
    }
    default:
      return { vi: textOf(step['kind']), en: textOf(step['kind']) };
  }
}

export const stepAmount = (step: Step, faceValue: Money | null): Words | null =>
  typeof step['amount'] === 'number' && faceValue
    ? fareWords({ amount: step['amount'], currency: faceValue.currency })
    : null;

/** `fare_leg_rules.txt:12`, or null where the step names no such row. */
export function rowOf(row: unknown): string | null {
  const { file, line } = (row ?? {}) as { file?: unknown; line?: unknown };
  return typeof file === 'string' && typeof line === 'number' ? `${file}:${line}` : null;
}

export interface Unused {
  row: string;
  mismatches: { field: string; wants: string; has: string }[];
}

/** The rows a step did not use; empty text stands for an empty entry. */
export function unusedRows(step: Step): Unused[] {
  const others = Array.isArray(step['others']) ? (step['others'] as Record<string, unknown>[]) : [];
  return others.map(({ row, mismatches }) => ({
    row: rowOf(row) ?? '',
    mismatches: (Array.isArray(mismatches) ? (mismatches as Record<string, unknown>[]) : []).map(
      ({ field, wants, has }) => ({
        field: textOf(field),
        wants: textOf(wants),
        has: Array.isArray(has) ? has.join(', ') : textOf(has),
      }),
    ),
  }));
}

export const leftOff = (step: Step): number => Number(step['othersLeftOff'] ?? 0);
