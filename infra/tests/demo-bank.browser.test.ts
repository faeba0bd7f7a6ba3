/** VNPay's way there and back in a real browser: the bank's page may send the rider to the app and nowhere else. */
import { generateKeyPairSync } from 'node:crypto';
import { vnpayPayUrl } from '@vedong/issuer/payments/vnpay';
import { launchChromium } from '@vedong/testing/chromium';
import { serve } from '@vedong/testing/http';
import { expect, it } from 'vitest';
import { createBank } from '../src/demo/bank-app.ts';

it('pays and comes back to the top-up', async () => {
  const vnpayHashSecret = 'vnpay-secret-of-the-tests-0123456789';
  const app = await serve((request, response) => {
    const isNotice = request.url?.startsWith('/v1/');
    response.setHeader('content-type', isNotice ? 'application/json' : 'text/html; charset=utf-8');
    response.end(isNotice ? '{"RspCode":"00","Message":""}' : '<h1>Ví của tôi</h1>');
  });
  const { privateKey } = generateKeyPairSync('ed25519');
  const bank = await serve(
    createBank({ issuerUrl: app.url, noticeKey: privateKey, refundSecret: 'unused', vnpayHashSecret }),
  );
  const browser = await launchChromium();
  const phone = await browser.newPage({ viewport: { width: 360, height: 640 } });
  const order = {
    tmnCode: 'VEDONG01',
    txnRef: 'VD0123456789AB',
    amount: 50_000,
    orderInfo: 'Nap tien the ve',
    returnUrl: `${app.url}/#top-up/7`,
    address: '203.0.113.7',
    createdAt: new Date(),
    expiresAt: new Date(),
  };
  await phone.goto(vnpayPayUrl(`${bank.url}/vnpay`, vnpayHashSecret, order));
  await phone.getByRole('button', { name: 'Trả thử' }).click();
  await phone.getByRole('heading', { name: 'Ví của tôi' }).waitFor();
  const back = new URL(phone.url());
  expect(back.origin + back.hash).toBe(`${app.url}#top-up/7`);
  expect(back.searchParams.get('vnp_ResponseCode')).toBe('00');
  await browser.close();
  await bank.stop();
  await app.stop();
});
