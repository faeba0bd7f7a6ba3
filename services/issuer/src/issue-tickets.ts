/** Profile S: ready tickets, one a slot. */
import { signSingleTicket, slotAt, slotStart } from '@vedong/ticket';
import { serviceDayAt } from '@vedong/travel';
import { ensureCardDays } from './card-days.ts';
import { getUsableCard } from './cards.ts';
import { concessionClassOn } from './concessions.ts';
import type { Issuer } from './issuer.ts';
import { ticketClaims } from './ticket-claims.ts';
import { requireMayRide } from './wallet.ts';

/** `count` tickets from the present slot on. Throws `card_not_found`, `card_blocked`, `wallet_below_zero`. */
export async function issueTickets(
  { db, clock, config, trust }: Issuer,
  { riderId, cardId }: { riderId: string; cardId: string },
  count: number,
): Promise<{ nowMilliseconds: number; tickets: { slot: number; ticket: string }[] }> {
  const nowMilliseconds = clock.nowMilliseconds();
  const first = slotAt(nowMilliseconds / 1000);
  const card = await getUsableCard(db, riderId, cardId);
  await requireMayRide(db, riderId);
  const signer = await trust.getSigner();
  // A batch may reach over the end of the service day; each ticket is of the day of its own slot.
  const slots = Array.from({ length: count }, (_, index) => {
    const slot = first + index;
    return { slot, day: serviceDayAt(slotStart(slot), config.calendar) };
  });
  const days = [...new Set(slots.map(({ day }) => day))];
  const cardDays = await ensureCardDays(db, { cardId, days, capacity: config.statusListCapacity });
  const tickets = await Promise.all(
    slots.map(async ({ slot, day }) => {
      const concession = concessionClassOn(card, day);
      const claims = ticketClaims(config.issuerNumber, signer, { ...cardDays.get(day)!, concession });
      return { slot, ticket: await signSingleTicket({ ...claims, slot }, signer.sign) };
    }),
  );
  return { nowMilliseconds, tickets };
}
