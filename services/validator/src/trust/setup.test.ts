import { slotStart } from '@vedong/ticket';
import { hanoiCalendar, serviceDayAt } from '@vedong/travel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toSetup } from './setup.ts';

it('finds the service day of every slot, in every order and zone', () => {
  const zones = ['Asia/Ho_Chi_Minh', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Europe/Paris'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.integer({ min: 100_000_000, max: 130_000_000 }), { minLength: 1, maxLength: 20 }),
      (timeZone, slots) => {
        const calendar = { ...hanoiCalendar, timeZone };
        const { dayOfSlot } = toSetup({ validatorId: 'v-1', version: 1, calendar, gates: [], products: [] });
        for (const slot of slots) expect(dayOfSlot(slot)).toBe(serviceDayAt(slotStart(slot), calendar));
      },
    ),
  );
});
