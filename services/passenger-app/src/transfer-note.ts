/** The message a VietQR code gives the transfer: what the bank shows, and how the payment is found. */

/** Of EMVCo text: in field 62 the purpose (08), else the reference (05). Null where the code has neither. */
export function transferNote(qrText: string): string | null {
  const additional = findField(qrText, '62') ?? '';
  return findField(additional, '08') ?? findField(additional, '05');
}

/** Fields are an id of two digits, a length of two digits and that many characters. */
function findField(text: string, id: string): string | null {
  let at = 0;
  while (at + 4 <= text.length) {
    const end = at + 4 + Number(text.slice(at + 2, at + 4));
    if (!(end <= text.length)) return null;
    if (text.startsWith(id, at)) return text.slice(at + 4, end);
    at = end;
  }
  return null;
}
