import { gzipSync } from 'node:zlib';
import { slotAt, type VerifyResult, verifyTicket } from '@vedong/ticket';
import { nodeSignatures } from '@vedong/ticket/node';
import jsqr from 'jsqr';
import type { BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
const { signIn } = passenger;
let issuer: StandIn;
let context: BrowserContext;
let page: Page;
beforeEach(() => ({ issuer, context, page } = passenger.opened()));

/** The page is under its service worker, with everything it needs to open again. */
const isKept = () => page.evaluate(async () => void (await navigator.serviceWorker.ready));

/** What a gate would say of the code on the screen. */
async function verifyCode(): Promise<VerifyResult & { text: string | undefined }> {
  const { data, width, height } = PNG.sync.read(await page.getByTestId('code').screenshot());
  const text = jsqr.default(new Uint8ClampedArray(data), width, height)?.data;
  const result = await verifyTicket(text ?? '', {
    nowSeconds: Date.now() / 1000,
    keys: issuer.keys,
    challenge: null,
    statusListFor: () => undefined,
    signatures: nodeSignatures,
  });
  return { ...result, text };
}

test('from a phone number to a code that a gate takes, and a new one in the next slot', async () => {
  await signIn();
  expect(await page.getByTestId('card-name').textContent()).toBe('Thẻ của tôi');
  const first = await verifyCode();
  expect(first).toMatchObject({ outcome: 'valid', ticket: { profile: 'D', clockAge: expect.any(Number) } });
  expect(first.text).toHaveLength(295);
  expect(await page.content()).not.toContain('VD1:');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);

  const slot = slotAt(Date.now() / 1000);
  await expect.poll(() => slotAt(Date.now() / 1000), { timeout: 20_000 }).toBeGreaterThan(slot);
  await expect
    .poll(async () => (await verifyCode()).ticket?.slot, { timeout: 10_000 })
    .toBeGreaterThan(first.ticket!.slot);
});

test('the network is cut and the page reloaded: it still shows codes that count, and says since when', async () => {
  await signIn();
  await isKept();
  await context.setOffline(true);
  await page.reload();
  await page.getByTestId('code').waitFor();
  expect(await verifyCode()).toMatchObject({ outcome: 'valid', ticket: { profile: 'D' } });
  expect(await page.getByTestId('notice').textContent()).toMatch(/Không có mạng từ \d\d:\d\d/);
});

test('the phone’s clock is a day ahead: codes count all the same, also after a reload without a network', async () => {
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 86_400_000;
  });
  await signIn();
  await isKept();
  expect(await verifyCode()).toMatchObject({ outcome: 'valid' });
  await context.setOffline(true);
  await page.reload();
  await page.getByTestId('code').waitFor();
  expect(await verifyCode()).toMatchObject({ outcome: 'valid' });
});

test('no WebCrypto: the page falls back to tickets that the issuer signed, also without a network', async () => {
  await page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  await signIn();
  await isKept();
  expect(await verifyCode()).toMatchObject({ outcome: 'valid', ticket: { profile: 'S' } });
  await context.setOffline(true);
  await page.reload();
  await page.getByTestId('code').waitFor();
  expect(await verifyCode()).toMatchObject({ outcome: 'valid', ticket: { profile: 'S' } });
});

test('the key that signs is in IndexedDB and no script can take it out', async () => {
  await signIn();
  const key = await page.evaluate(async () => {
    const open = indexedDB.open('vedong');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const all = open.result.transaction('cards').objectStore('cards').getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    const { privateKey } = (all.result[0] as { supply: { privateKey: CryptoKey } }).supply;
    const exported = await crypto.subtle.exportKey('jwk', privateKey).catch((error: Error) => error.name);
    return { extractable: privateKey.extractable, exported };
  });
  expect(key).toEqual({ extractable: false, exported: 'InvalidAccessError' });
});

test('a blocked card shows no code until it is unblocked', async () => {
  await signIn();
  await page.getByRole('link', { name: 'Thẻ của bạn' }).click();
  await page.getByRole('button', { name: 'Khoá thẻ' }).click();
  const dialog = page.getByRole('dialog', { name: 'Khoá thẻ “Thẻ của tôi”?' });
  await dialog.getByRole('button', { name: 'Khoá thẻ' }).click();
  await page.getByText('Đang khoá').waitFor();
  expect(issuer.cards[0]?.state).toBe('blocked');

  await page.getByRole('link', { name: 'Mã vé' }).click();
  await page.getByRole('heading', { name: 'Thẻ đang khoá' }).waitFor();
  expect(await page.getByTestId('code').count()).toBe(0);

  await page.getByRole('link', { name: 'Thẻ của bạn' }).first().click();
  await page.getByRole('button', { name: 'Mở khoá' }).click();
  await page.getByTestId('confirm').click();
  await page.getByRole('link', { name: 'Mã vé' }).click();
  await page.getByTestId('code').waitFor();
});

test('a second card has its own name, colour and code; a swipe or its name shows it', async () => {
  await signIn();
  await page.getByRole('link', { name: 'Thẻ của bạn' }).click();
  await page.getByRole('link', { name: 'Thêm thẻ' }).click();
  await page.getByLabel('Tên thẻ').fill('Bé Na');
  await page.getByLabel('Cam nắng').check();
  await page.getByRole('button', { name: 'Tạo thẻ' }).click();
  await page.getByTestId('code').waitFor();
  expect(await page.getByTestId('card-name').textContent()).toBe('Bé Na');
  expect(issuer.cards[1]).toMatchObject({ nickname: 'Bé Na', colour: 'sun' });

  await page.getByRole('button', { name: 'Thẻ của tôi' }).click();
  await expect.poll(() => page.getByTestId('card-name').textContent()).toBe('Thẻ của tôi');
  await page.getByTestId('card-name').evaluate((element) => {
    const at = (clientX: number) => [new Touch({ identifier: 1, target: element, clientX, clientY: 200 })];
    const send = (type: string, touches: Touch[], changedTouches: Touch[]) =>
      element.dispatchEvent(new TouchEvent(type, { bubbles: true, touches, changedTouches }));
    send('touchstart', at(300), at(300));
    send('touchend', [], at(100));
  });
  await expect.poll(() => page.getByTestId('card-name').textContent()).toBe('Bé Na');
});

test('trips are told in words, with the state and an open price', async () => {
  const at = new Date().toISOString();
  const lang = { gateId: '2A-03-in', nameVi: 'Láng', nameEn: 'Lang', at };
  const catLinh = { gateId: '2A-01-out', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at };
  issuer.trips.push(
    {
      tripId: 'a',
      mode: 'metro',
      lineName: '2A',
      state: 'open',
      entry: lang,
      exit: null,
      fare: null,
      settled: null,
    },
    {
      tripId: 'b',
      mode: 'metro',
      lineName: '2A',
      state: 'missing_entry',
      entry: null,
      exit: catLinh,
      fare: { amount: 9000, currency: 'VND' },
      settled: null,
    },
  );
  await signIn();
  await page.getByText('Đang đi từ Láng').waitFor();
  await page.getByRole('link', { name: 'Chuyến đi' }).click();
  const trips = page.getByTestId('trip');
  await trips.first().waitFor();
  expect(await trips.allInnerTexts()).toEqual([
    expect.stringMatching(/Metro 2A[\s\S]*chưa tính giá[\s\S]*Từ\s+\d\d:\d\d Láng[\s\S]*đang đi/),
    expect.stringMatching(/Metro 2A[\s\S]*9\.000\sđ[\s\S]*Đến\s+\d\d:\d\d Cát Linh[\s\S]*thiếu lượt vào/),
  ]);
  await page.getByTestId('language-switch').click();
  expect(await page.getByTestId('trip-state').allInnerTexts()).toEqual(['on the way', 'entry missing']);
  await page.reload();
  await page.getByRole('heading', { name: 'Trips' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
});

test('older trips are shown on demand', async () => {
  const entry = { gateId: 'bus-32-01', nameVi: 'Nhổn', nameEn: 'Nhon', at: new Date().toISOString() };
  for (let count = 0; count < 60; count += 1) {
    const tripId = String(count);
    issuer.trips.push({
      tripId,
      mode: 'bus',
      lineName: '32',
      state: 'complete',
      entry,
      exit: null,
      fare: null,
      settled: null,
    });
  }
  await signIn();
  await page.getByRole('link', { name: 'Chuyến đi' }).click();
  const showMore = page.getByRole('button', { name: 'Xem chuyến cũ hơn' });
  await showMore.waitFor();
  expect(await page.getByTestId('trip').count()).toBe(50);
  await showMore.click();
  await showMore.waitFor({ state: 'detached' });
  expect(await page.getByTestId('trip').count()).toBe(60);
});

test('the session has ended: codes go on, and the page asks to sign in again', async () => {
  await signIn();
  issuer.endSessions();
  await page.reload();
  await page.getByRole('link', { name: 'Đăng nhập lại' }).click();
  await page.getByLabel('Số điện thoại').waitFor();
  await page.getByRole('link', { name: 'Mã vé' }).click();
  await page.getByTestId('code').waitFor();
  expect(await verifyCode()).toMatchObject({ outcome: 'valid' });
});

test('signing out leaves nothing on the phone', async () => {
  await signIn();
  await page.getByRole('link', { name: 'Thẻ của bạn' }).click();
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByRole('dialog').getByText('sẽ bị xoá').waitFor();
  await page.getByTestId('confirm').click();
  await page.getByLabel('Số điện thoại').waitFor();
  const left = await page.evaluate(async () => {
    const open = indexedDB.open('vedong');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const names = [...open.result.objectStoreNames].filter((name) => name !== 'clock');
    const counts = names.map((name) => open.result.transaction(name).objectStore(name).count());
    await Promise.all(counts.map((count) => new Promise((resolve) => (count.onsuccess = resolve))));
    return counts.reduce((sum, count) => sum + count.result, 0);
  });
  expect(left).toBe(0);
  await page.reload();
  await page.getByLabel('Số điện thoại').waitFor();
});

test('a wrong code and a number with letters: each says what to do', async () => {
  await page.goto(issuer.url);
  await page.getByTestId('phone').fill('0912 abc 678');
  await page.getByTestId('send-code').click();
  await page.getByRole('alert').getByText('Nhập số di động Việt Nam').waitFor();
  expect(await page.getByTestId('phone').inputValue()).toBe('0912 abc 678');
  await page.getByTestId('phone').fill('0912 345 678');
  await page.getByTestId('send-code').click();
  await page.getByTestId('code-input').fill('000000');
  await page.getByTestId('enter-code').click();
  await page.getByRole('alert').getByText('Mã không đúng').waitFor();
  // What was typed is still there after a look at another app that ended the page.
  await page.reload();
  await page.getByTestId('code-input').waitFor();
});

test('what an earlier version of the page kept is taken over', async () => {
  await page.goto(`${issuer.url}/icon.svg`);
  await page.evaluate(async () => {
    const open = indexedDB.open('vedong', 1);
    open.onupgradeneeded = () => {
      for (const name of ['account', 'clock', 'trial']) open.result.createObjectStore(name);
      open.result.createObjectStore('cards', { keyPath: 'cardId' });
    };
    await new Promise((resolve) => (open.onsuccess = resolve));
    const transaction = open.result.transaction(['account', 'cards'], 'readwrite');
    transaction.objectStore('account').put({ riderId: 'rider', phoneEnding: '678' }, 'account');
    const card = { cardId: 'a', nickname: 'Thẻ cũ', colour: 'lake', state: 'active', createdAt: '' };
    transaction.objectStore('cards').put({ cardId: 'a', card, supply: null, trips: [] });
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    open.result.close();
  });
  await page.goto(issuer.url);
  await page.getByRole('heading', { name: 'Thẻ cũ' }).waitFor();
  expect(await page.getByTestId('good-for').textContent()).toContain('Trả theo lượt');
});

test('the JavaScript before the code shows is at most 40 kB, gzipped', async () => {
  const html = await (await fetch(issuer.url)).text();
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(0);
  const sizes = await Promise.all(
    paths.map(async (path) => gzipSync(await (await fetch(issuer.url + path)).bytes()).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(40_000);
});
