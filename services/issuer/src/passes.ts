/** Passes: what is on sale, what a card has, buying one from the wallet. */
import type { Pass, PassProduct } from '@vedong/contracts';
import type { PassProduct as Product } from '@vedong/fares';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import { addServiceDays, serviceDayAt, serviceDayStart, type ServiceCalendar } from '@vedong/travel';
import { getCard } from './cards.ts';
import { concessionClassOn } from './concessions.ts';
import type { IssuerDb } from './db/database.ts';
import { lockWallets, move, passRevenue, postTransaction, walletOf } from './db/ledger.ts';
import { insertPass, listPasses, type PassRow } from './db/passes.ts';
import { listLines, listTerms } from './db/terms.ts';
import type { Issuer } from './issuer.ts';
import { findTermsOn } from './terms.ts';

/** Every pass on sale today, whoever may buy it; none before the operator's terms are known. */
export async function listProducts({ db, clock, config }: Issuer): Promise<PassProduct[]> {
  const today = serviceDayAt(clock.nowMilliseconds() / 1000, config.calendar);
  return (await listProductsOn(db, today)).map(
    ({ agencies: _agencies, onSaleFrom: _from, onSaleTo: _to, ...product }) => ({
      ...product,
      modes: [...product.modes],
      concessions: [...product.concessions],
    }),
  );
}

async function listProductsOn(db: IssuerDb, day: string): Promise<Product[]> {
  const terms = findTermsOn(await listTerms(db), day);
  return (terms?.passes ?? []).filter(
    ({ onSaleFrom, onSaleTo }) => onSaleFrom <= day && (onSaleTo === null || day <= onSaleTo),
  );
}

/** The newest first. Throws `card_not_found`. */
export async function getPasses(
  { db, config }: Pick<Issuer, 'db' | 'config'>,
  { riderId, cardId }: { riderId: string; cardId: string },
): Promise<Pass[]> {
  await getCard(db, riderId, cardId);
  return (await listPasses(db, [cardId])).map((row) => toPass(row, config.calendar));
}

export interface Purchase {
  purchaseId: string;
  productNo: number;
  lineId: string | null;
}

/**
 * Buys a pass from the wallet; the same purchase sent again gives the pass it made.
 * Throws `card_not_found`, `product_not_on_sale`, `line_needed`, `line_not_found`, `concession_needed`, `pass_overlaps`,
 * `balance_too_low`, and `purchase_id_used` where the id stands for another purchase.
 */
export async function buyPass(
  { db, clock, config, newId }: Issuer,
  { riderId, cardId }: { riderId: string; cardId: string },
  purchase: Purchase,
): Promise<{ pass: Pass; isNew: boolean }> {
  const now = new Date(clock.nowMilliseconds());
  const today = serviceDayAt(now.getTime() / 1000, config.calendar);
  return db.transaction().execute(async (trx) => {
    const card = await getCard(trx, riderId, cardId);
    const balance = (await lockWallets(trx, [riderId])).get(riderId)!;
    const held = await listPasses(trx, [cardId]);
    const before = held.find((pass) => pass.purchase_id === purchase.purchaseId.toLowerCase());
    if (before) return { pass: toPass(requireSame(before, purchase), config.calendar), isNew: false };
    const product = chooseProduct(await listProductsOn(trx, today), purchase, concessionClassOn(card, today));
    const lineId = product.scope === 'line' ? purchase.lineId : null;
    if (lineId !== null) await requireLine(trx, product, lineId);
    requireNoOverlap(held, { productNo: product.productNo, lineId, today });
    if (balance < product.price.amount) throw balanceTooLow(product.price.amount - balance);
    const begins = product.activation === 'purchase';
    const row = await insertPass(trx, {
      pass_id: newId(),
      card_id: cardId,
      purchase_id: purchase.purchaseId,
      product_no: product.productNo,
      product,
      line_id: lineId,
      bought_at: now,
      valid_from_day: today,
      first_day: begins ? today : null,
      last_day: begins ? addServiceDays(today, product.durationDays - 1) : null,
    });
    if (product.price.amount > 0) {
      await postTransaction(trx, {
        reference: `pass:${row.pass_id}`,
        kind: 'pass',
        at: now,
        subject: product.nameVi,
        entries: move(product.price.amount, walletOf(riderId), passRevenue),
      });
    }
    return { pass: toPass(row, config.calendar), isNew: true };
  });
}

function requireSame(pass: PassRow, { productNo, lineId }: Purchase): PassRow {
  if (pass.product_no === productNo && (pass.line_id ?? lineId) === lineId) return pass;
  throw new ServiceError(409, 'purchase_id_used', {
    detail: 'Another pass was bought under this purchaseId. Make a new one for a new purchase.',
  });
}

/** What everybody may buy, riders with a concession may buy too. */
function chooseProduct(
  onSale: readonly Product[],
  { productNo, lineId }: Purchase,
  concession: number,
): Product {
  const product = onSale.find((one) => one.productNo === productNo);
  if (!product) {
    throw new ServiceError(409, 'product_not_on_sale', { detail: 'This pass is not on sale today.' });
  }
  if (!product.concessions.includes(concession) && !product.concessions.includes(0)) {
    throw new ServiceError(409, 'concession_needed', {
      detail: 'This pass is for riders with a concession, which the card does not carry.',
    });
  }
  if (product.scope === 'line' && lineId === null) {
    throw new ServiceError(400, 'line_needed', { detail: 'This pass is good on one line: say which.' });
  }
  return product;
}

/** Lines that the operator has told; before it was reached, none is refused. */
async function requireLine(db: IssuerDb, { modes }: Product, lineId: string): Promise<void> {
  const lines = await listLines(db);
  if (lines.length === 0 || lines.some((line) => line.lineId === lineId && modes.includes(line.mode))) return;
  throw new ServiceError(404, 'line_not_found', { detail: 'This pass is not sold for such a line.' });
}

function requireNoOverlap(
  held: readonly PassRow[],
  { productNo, lineId, today }: { productNo: number; lineId: string | null; today: string },
): void {
  const runs = ({ product_no, line_id, last_day, is_given_back }: PassRow) =>
    !is_given_back &&
    product_no === productNo &&
    line_id === lineId &&
    (last_day === null || last_day >= today);
  if (!held.some(runs)) return;
  throw new ServiceError(409, 'pass_overlaps', {
    detail: 'The card has this pass already. Buy it again after its last day.',
  });
}

const balanceTooLow = (missing: number) =>
  new ServiceError(409, 'balance_too_low', { detail: `The wallet lacks ${missing} VND. Top it up first.` });

export function toPass(row: PassRow, calendar: ServiceCalendar): Pass {
  const lastDay = row.ends_early_on ?? row.last_day;
  const startOf = (day: string) => instantOf(serviceDayStart(day, calendar) * 1000);
  return {
    passId: row.pass_id,
    productNo: row.product_no,
    nameVi: row.product.nameVi,
    nameEn: row.product.nameEn,
    lineId: row.line_id,
    price: row.product.price,
    boughtAt: instantOf(row.bought_at.getTime()),
    startsAt: row.first_day === null ? null : startOf(row.first_day),
    endsAt: lastDay === null ? null : startOf(addServiceDays(lastDay, 1)),
    isGivenBack: row.is_given_back || row.ends_early_on !== null,
  };
}
