/** Runs the demo bank on loopback until it is told to stop; there is no real money in it. */
import { createPrivateKey } from 'node:crypto';
import { createServer } from 'node:http';
import { loopback } from '../ports.ts';
import { createBank } from './bank-app.ts';

const { PORT, ISSUER_URL, BANK_NOTICE_KEY, BANK_REFUND_SECRET, VNPAY_HASH_SECRET } = process.env;
if (!PORT || !ISSUER_URL || !BANK_NOTICE_KEY || !BANK_REFUND_SECRET || !VNPAY_HASH_SECRET) {
  console.error(
    'Set PORT, ISSUER_URL, BANK_NOTICE_KEY (a private Ed25519 key, PEM), BANK_REFUND_SECRET and VNPAY_HASH_SECRET.',
  );
  process.exit(1);
}
const noticeKey = createPrivateKey(BANK_NOTICE_KEY);
const bank = createBank({
  issuerUrl: ISSUER_URL,
  noticeKey,
  refundSecret: BANK_REFUND_SECRET,
  vnpayHashSecret: VNPAY_HASH_SECRET,
});
const server = createServer(bank).listen(Number(PORT), loopback);
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
  process.once(event, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
