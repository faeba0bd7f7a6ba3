/**
 * VietQR: the EMVCo merchant-presented QR code of NAPAS, which Vietnamese banking apps read.
 * Rules: EMVCo MPM 1.1 and NAPAS IBFT 1.5.2. Only ASCII: implementations disagree on whether a length counts
 * characters or bytes.
 */

export interface VietQr {
  /** `dynamic`: made for one payment. */
  initiation: 'static' | 'dynamic';
  /** Six digits. */
  bankBin: string;
  /** Digits and letters; leading zeros count. */
  account: string;
  /** To an account or to a card. */
  service: 'QRIBFTTA' | 'QRIBFTTC';
  /** Whole dong. */
  amount: number | null;
  billNumber: string | null;
  reference: string | null;
  /** What the transfer's text will be. */
  purpose: string | null;
}

/** The text is no VietQR code; the message says why. */
export class VietQrError extends Error {
  override name = 'VietQrError';
}

const guid = 'A000000727';
const dong = '704';
const initiations = { '11': 'static', '12': 'dynamic' } as const;
const services = ['QRIBFTTA', 'QRIBFTTC'] as const;
export const bankBinForm = /^\d{6}$/;
export const bankAccountForm = /^[0-9A-Za-z]{1,19}$/;

/** Objects in ascending order of their tags. Throws VietQrError for what the format cannot hold. */
export function writeVietQr(qr: VietQr): string {
  const merchant = [
    ['00', guid],
    [
      '01',
      writeTlv([
        ['00', qr.bankBin],
        ['01', qr.account],
      ]),
    ],
    ['02', qr.service],
  ] as const;
  const additional = writeTlv([
    ['01', qr.billNumber],
    ['05', qr.reference],
    ['08', qr.purpose],
  ]);
  const body = writeTlv([
    ['00', '01'],
    ['01', qr.initiation === 'static' ? '11' : '12'],
    ['38', writeTlv(merchant)],
    ['53', dong],
    ['54', qr.amount === null ? null : String(qr.amount)],
    ['58', 'VN'],
    ['62', additional],
  ]);
  const text = `${body}6304${crc16(`${body}6304`)}`;
  readVietQr(text);
  return text;
}

/** Throws VietQrError. Stricter than readers in the wild: a CRC in lower case is refused too. */
export function readVietQr(text: string): VietQr {
  const objects = readTlv(text);
  const crc = objects.get('63');
  if (!text.startsWith('000201') || [...objects.keys()].at(-1) !== '63')
    throw new VietQrError('00 must come first and 63 last');
  if (crc !== crc16(text.slice(0, -4))) throw new VietQrError('the CRC is wrong');
  if (objects.get('53') !== dong) throw new VietQrError('the currency is not the dong');
  if (objects.get('58') !== 'VN') throw new VietQrError('the country is not Vietnam');

  const merchant = readTemplate(objects, '38', ['00', '01', '02']);
  if (merchant.get('00') !== guid) throw new VietQrError('not a code of NAPAS');
  const beneficiary = readTemplate(merchant, '01', ['00', '01']);
  const additional = objects.has('62') ? readTlv(valueOf(objects, '62')) : new Map<string, string>();
  const amount = objects.get('54');
  if (amount !== undefined && !/^[1-9]\d{0,12}$/.test(amount))
    throw new VietQrError('the amount is not in whole dong');
  return {
    initiation: initiations[oneOf(valueOf(objects, '01'), ['11', '12'])],
    bankBin: matching(valueOf(beneficiary, '00'), bankBinForm),
    account: matching(valueOf(beneficiary, '01'), bankAccountForm),
    service: oneOf(valueOf(merchant, '02'), services),
    amount: amount === undefined ? null : Number(amount),
    billNumber: additional.get('01') ?? null,
    reference: additional.get('05') ?? null,
    purpose: additional.get('08') ?? null,
  };
}

/** Tag, length, value, each tag once, nothing left over; printable ASCII. Throws VietQrError. */
export function readTlv(text: string): Map<string, string> {
  if (!/^[ -~]*$/.test(text)) throw new VietQrError('only printable ASCII is read');
  const objects = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const [, tag = '', length = ''] = /^(\d\d)(\d\d)/.exec(text.slice(at, at + 4)) ?? [];
    const end = at + 4 + Number(length);
    if (Number(length) === 0 || end > text.length) throw new VietQrError(`no object at character ${at}`);
    if (objects.has(tag)) throw new VietQrError(`${tag} stands twice`);
    objects.set(tag, text.slice(at + 4, end));
    at = end;
  }
  return objects;
}

/** In the order given; what is null or empty is left out. */
export const writeTlv = (objects: Iterable<readonly [tag: string, value: string | null]>): string =>
  [...objects]
    .map(([tag, value]) => (value ? `${tag}${String(value.length).padStart(2, '0')}${value}` : ''))
    .join('');

/** CRC-16/CCITT-FALSE over the UTF-8 bytes, as four upper-case hex digits. */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

function readTemplate(objects: Map<string, string>, tag: string, tags: string[]): Map<string, string> {
  const template = readTlv(valueOf(objects, tag));
  if ([...template.keys()].some((key) => !tags.includes(key)))
    throw new VietQrError(`${tag} holds more than ${tags.join(', ')}`);
  return template;
}

function valueOf(objects: Map<string, string>, tag: string): string {
  const value = objects.get(tag);
  if (value === undefined) throw new VietQrError(`${tag} is missing`);
  return value;
}

function oneOf<const T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new VietQrError(`${value} is not one of ${allowed.join(', ')}`);
  return found;
}

function matching(value: string, form: RegExp): string {
  if (!form.test(value)) throw new VietQrError(`${value} is not in the right form`);
  return value;
}
