import fc from 'fast-check';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import qrcode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { withPublicVectors } from '../../tests/public-vectors.ts';
import { crc16, readTlv, readVietQr, writeTlv, writeVietQr, VietQrError, type VietQr } from './vietqr.ts';

const dynamic: VietQr = {
  initiation: 'dynamic',
  bankBin: '970436',
  account: '0123456789',
  service: 'QRIBFTTA',
  amount: 50_000,
  billNumber: null,
  reference: null,
  purpose: 'VD8K3M2Q9ATC',
};
const dynamicText =
  '00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA53037045405500005802VN62160812VD8K3M2Q9ATC63043681';
const own: [string, VietQr][] = [
  [dynamicText, dynamic],
  [
    '00020101021138540010A00000072701240006970436011001234567890208QRIBFTTC53037045802VN62120102B10502R1630462AC',
    {
      ...dynamic,
      initiation: 'static',
      service: 'QRIBFTTC',
      amount: null,
      billNumber: 'B1',
      reference: 'R1',
      purpose: null,
    },
  ],
];

/** Changes the text before its CRC and computes a right one, so that only the change is at fault. */
const changed = (from: string, to: string) => {
  const body = dynamicText.slice(0, -4).replace(from, to);
  return body + crc16(body);
};

describe('a VietQR code', () => {
  it.each(own)('%s is read and written', (text, qr) => {
    expect(readVietQr(text)).toEqual(qr);
    expect(writeVietQr(qr)).toBe(text);
  });

  it.each([
    ['another CRC', dynamicText.replace(/....$/, '0000'), /CRC/],
    [
      'a CRC in lower case',
      dynamicText.replace('3681', '3681'.toLowerCase()).replace('50000', '50001'),
      /CRC/,
    ],
    ['an amount with decimals', changed('540550000', '54065000.5'), /amount/],
    ['an amount of 0', changed('540550000', '54010'), /amount/],
    ['another currency', changed('5303704', '5303840'), /currency/],
    ['another country', changed('5802VN', '5802US'), /country/],
    ['another scheme', changed('A000000727', 'A000000775'), /NAPAS/],
    ['an object twice', changed('5802VN', '5802VN5802VN'), /twice/],
    ['a length of 0', changed('5802VN', '58005902VN'), /no object/],
    ['a bank that is none', changed('970436', '97043X'), /form/],
    ['another service', changed('QRIBFTTA', 'QRPUSHTA'), /one of/],
    ['another way to begin', changed('010212', '010213'), /one of/],
    ['letters beyond ASCII', changed('VD8K3M2Q9ATC', 'Vé tháng 111'), /ASCII/],
    ['nothing', '', /first/],
  ])('with %s is refused', (_, text, why) => {
    expect(() => readVietQr(text)).toThrow(why);
  });

  it.each([
    ['a purpose with diacritics', { purpose: 'Nạp tiền' }],
    ['a purpose that is too long', { purpose: 'x'.repeat(100) }],
    ['half a dong', { amount: 0.5 }],
    ['an account that is none', { account: '12 34' }],
  ])('is not written with %s', (_, change) => {
    expect(() => writeVietQr({ ...dynamic, ...change })).toThrow(VietQrError);
  });

  it('with any one character changed is refused', () => {
    const change = fc.record({
      at: fc.nat({ max: dynamicText.length - 1 }),
      to: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
    });
    fc.assert(
      fc.property(change, ({ at, to }) => {
        fc.pre(dynamicText[at] !== to);
        expect(() => readVietQr(dynamicText.slice(0, at) + to + dynamicText.slice(at + 1))).toThrow(
          VietQrError,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('says what was written into it, whatever that was', () => {
    const asciiText = (maxLength: number) => fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength });
    const codes = fc.record<VietQr>({
      initiation: fc.constantFrom('static', 'dynamic'),
      bankBin: fc.stringMatching(/^\d{6}$/),
      account: fc.stringMatching(/^[0-9A-Za-z]{1,19}$/),
      service: fc.constantFrom('QRIBFTTA', 'QRIBFTTC'),
      amount: fc.option(fc.integer({ min: 1, max: 9_999_999_999_999 })),
      billNumber: fc.option(asciiText(25)),
      reference: fc.option(asciiText(25)),
      purpose: fc.option(asciiText(25)),
    });
    fc.assert(
      fc.property(codes, (qr) => {
        expect(readVietQr(writeVietQr(qr))).toEqual(qr);
      }),
    );
  });

  it('drawn as a picture is read by an independent decoder', async () => {
    const text = writeVietQr(dynamic);
    const { data, width, height } = PNG.sync.read(await qrcode.toBuffer(text, { errorCorrectionLevel: 'M' }));
    const read = jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? '';
    expect(read).toBe(text);
    expect(read.slice(-4)).toBe(crc16(read.slice(0, -4)));
  });
});

it('the CRC is CRC-16/CCITT-FALSE', () => {
  expect(['123456789', '', '00', '01'].map(crc16)).toEqual(['29B1', 'FFFF', '2EC9', '3EE8']);
});

interface PublicCase {
  name: string;
  payload: string;
  fields: Record<string, string | null>;
  tlv: Record<string, unknown>;
  crc: string;
}
interface PublicVectors {
  crc: { check: [string, string][] };
  accept: PublicCase[];
  reject: PublicCase[];
  utf8: PublicCase[];
}

/** As the library writes objects that hold objects. */
const nested = (text: string): Record<string, unknown> => Object.fromEntries(readTlv(text));

withPublicVectors('vietqr.json', (vectors) => {
  const { crc, accept, reject, utf8 } = vectors as PublicVectors;

  it.each(crc.check)('the CRC of %j is %s', (text, crc) => {
    expect(crc16(text)).toBe(crc);
  });

  it.each(utf8)('$name: the CRC counts UTF-8 bytes', ({ payload, crc }) => {
    expect(crc16(payload.slice(0, -4))).toBe(crc);
  });

  it.each(accept)('$name is read', ({ payload, fields, tlv }) => {
    const { guid, currency, country, crc, amount, ...rest } = fields;
    expect(readVietQr(payload)).toEqual({ ...rest, amount: amount ? Number(amount) : null });
    expect(payload.slice(-4)).toBe(crc);
    const objects = nested(payload);
    const merchant = nested(objects['38'] as string);
    const read = {
      ...objects,
      38: { ...merchant, '01': nested(merchant['01'] as string) },
      ...('62' in objects ? { 62: nested(objects['62'] as string) } : {}),
    };
    expect(read).toEqual(tlv);
    expect([merchant['00'], objects['53'], objects['58']]).toEqual([guid, currency, country]);
  });

  it.each(accept)('$name is written', ({ name, payload }) => {
    expect(writeTlv(readTlv(payload))).toBe(payload);
    const written = writeVietQr(readVietQr(payload));
    // The writer has one order of its objects; two of the published codes have another.
    if (name.startsWith('unordered')) expect(readVietQr(written)).toEqual(readVietQr(payload));
    else expect(written).toBe(payload);
  });

  it.each(reject)('$name is refused', ({ payload }) => {
    expect(() => readVietQr(payload)).toThrow(VietQrError);
  });
});
