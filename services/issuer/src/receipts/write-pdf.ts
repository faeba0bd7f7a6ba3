/** A receipt as a PDF of one A5 page, with the font in it: readers need none for Vietnamese. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Receipt } from '@vedong/contracts';
import PdfDocument from 'pdfkit';
import { receiptKind, receiptLines, writeMoney } from './receipt-words.ts';

const fontFile = (name: string) =>
  readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/be-vietnam-pro/${name}.ttf`)));
const fonts = {
  plain: fontFile('400Regular/BeVietnamPro_400Regular'),
  bold: fontFile('700Bold/BeVietnamPro_700Bold'),
};

const margin = 40;
const ink = '#14211f';
const soft = '#4d5b58';
const lake = '#0b5d5e';

/** @param timeZone the city's, for its times */
export async function writeReceiptPdf(receipt: Receipt, timeZone: string): Promise<Uint8Array<ArrayBuffer>> {
  const kind = receiptKind(receipt);
  const document = new PdfDocument({
    size: 'A5',
    margin,
    lang: 'vi',
    info: { Title: `Biên nhận ${receipt.number}`, Author: 'Vé động', CreationDate: new Date(receipt.at) },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.once('end', resolve);
    document.once('error', reject);
  });
  document.registerFont('plain', fonts.plain).registerFont('bold', fonts.bold);
  document.font('bold').fontSize(13).fillColor(lake).text('Vé động');
  document.moveDown(0.6);
  document.fontSize(20).fillColor(ink).text('Biên nhận');
  document.font('plain').fontSize(10).fillColor(soft).text('Receipt');
  document.moveDown(0.8);
  document.font('bold').fontSize(13).fillColor(ink).text(kind.vi);
  document.font('plain').fontSize(10).fillColor(soft).text(kind.en);
  document.moveDown(0.4);
  document.font('bold').fontSize(24).fillColor(ink).text(writeMoney(receipt.amount));
  document.moveDown(0.8);
  for (const line of receiptLines(receipt, timeZone)) writeLine(document, line);
  document.moveDown(1);
  document.font('plain').fontSize(8).fillColor(soft);
  document.text('Biên nhận này không phải hóa đơn thuế giá trị gia tăng.', margin);
  document.text('This receipt is not a VAT invoice.');
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function writeLine(
  document: PDFKit.PDFDocument,
  { vi, en, value }: { vi: string; en: string; value: string },
): void {
  const left = margin;
  const column = 130;
  const width = document.page.width - 2 * margin - column;
  const top = document.y;
  document
    .font('plain')
    .fontSize(10)
    .fillColor(soft)
    .text(`${vi} / ${en}`, left, top, { width: column - 10 });
  const labelBottom = document.y;
  document.fillColor(ink).text(value, left + column, top, { width });
  document.y = Math.max(labelBottom, document.y) + 5;
  document.x = left;
}
