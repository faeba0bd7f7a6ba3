/** The demo bank's pages: plain HTML without scripts, Vietnamese with English beside it. */
import type { VietQr } from '@vedong/issuer/payments/vietqr';
import type { VnpayParameters } from '@vedong/issuer/payments/vnpay';

const dong = (amount: number) => `${amount.toLocaleString('vi-VN')} ₫`;

const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const style = `
  body { font: 17px/1.5 system-ui, sans-serif; margin: 0; background: #eef1f4; color: #16202a; }
  main { max-width: 30rem; margin: 0 auto; padding: 1rem; }
  header { background: #7a1f1f; color: #fff; padding: .75rem 1rem; text-align: center; }
  h1 { font-size: 1.3rem; }
  small { color: #54606c; display: block; }
  header small { color: #fff; }
  dl { background: #fff; border-radius: .75rem; padding: 1rem; margin: 1rem 0; }
  dt { color: #54606c; font-size: .9rem; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
  label { display: block; margin: 1rem 0; }
  input, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; }
  button { font: inherit; width: 100%; min-height: 3rem; margin: .3rem 0; border: 0; border-radius: .75rem; background: #12507a; color: #fff; }
  button.second { background: #fff; color: #16202a; border: 1px solid #54606c; }
  button:focus-visible, a:focus-visible, input:focus-visible, textarea:focus-visible { outline: 3px solid #e0952b; }`;

const page = (title: string, body: string) => `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} · Ngân hàng thử</title><style>${style}</style></head>
<body><header><strong>NGÂN HÀNG THỬ – KHÔNG CÓ TIỀN THẬT</strong>
<small lang="en">Demo bank – no real money</small></header>
<main><h1>${escape(title)}</h1>${body}</main></body></html>`;

const facts = (rows: [vi: string, en: string, value: string][]) =>
  `<dl>${rows.map(([vi, en, value]) => `<dt>${vi} <span lang="en">/ ${en}</span></dt><dd>${escape(value)}</dd>`).join('')}</dl>`;

export const homePage = () =>
  page(
    'Trả một mã VietQR',
    `<p>Dán nội dung của mã QR vào đây.<small lang="en">Paste the text of a VietQR code.</small></p>
<form action="/vietqr"><label>Mã <span lang="en">/ Code</span><textarea name="qr" rows="5" required></textarea></label>
<button>Xem <span lang="en">/ Look</span></button></form>`,
  );

export const transferPage = (qr: VietQr, code: string) =>
  page(
    'Chuyển tiền',
    `${facts([
      ['Ngân hàng', 'bank', qr.bankBin],
      ['Tài khoản', 'account', qr.account],
      ['Nội dung', 'purpose', qr.purpose ?? ''],
    ])}
<form method="post" action="/vietqr"><input type="hidden" name="qr" value="${escape(code)}">
<label>Số tiền (đồng) <span lang="en">/ Amount (dong)</span>
<input name="amount" type="number" min="1" step="1" required value="${qr.amount ?? ''}"></label>
<button>Trả thử <span lang="en">/ Pay (demo)</span></button></form>`,
  );

export const transferredPage = ({
  noticeId,
  amount,
  isCredited,
  issuerUrl,
}: {
  noticeId: string;
  amount: number;
  isCredited: boolean;
  issuerUrl: string;
}) =>
  page(
    isCredited ? 'Đã chuyển' : 'Đã chuyển, chưa rõ cho ai',
    `${facts([
      ['Số tiền', 'amount', dong(amount)],
      ['Mã giao dịch', 'transaction', noticeId],
    ])}
<p>${
      isCredited
        ? 'Tiền đã vào ví.<small lang="en">The wallet has been credited.</small>'
        : 'Không có lần nạp nào mang nội dung này; nơi bán vé đã ghi lại.<small lang="en">No top-up has this purpose; the issuer has kept a note.</small>'
    }</p>
<p><a href="${escape(issuerUrl)}/#wallet">Về ví <span lang="en">/ Back to the wallet</span></a></p>`,
  );

export const vnpayPage = (order: VnpayParameters) =>
  page(
    'Thanh toán như ở VNPay',
    `<p><small lang="en">Stands in for VNPay’s page.</small></p>
${facts([
  ['Số tiền', 'amount', dong(Number(order['vnp_Amount']) / 100)],
  ['Nội dung', 'order', order['vnp_OrderInfo'] ?? ''],
])}
<form method="post" action="/vnpay">${Object.entries(order)
      .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
      .join('')}
<button name="choice" value="pay">Trả thử <span lang="en">/ Pay (demo)</span></button>
<button class="second" name="choice" value="cancel">Hủy <span lang="en">/ Cancel</span></button></form>`,
  );

export const problemPage = (vi: string, en: string) =>
  page(
    'Không được',
    `<p>${escape(vi)}<small lang="en">${escape(en)}</small></p><p><a href="/">Làm lại <span lang="en">/ Start again</span></a></p>`,
  );
