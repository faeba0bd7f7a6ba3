import { slotAt, slotStart } from '@vedong/ticket';
import { serviceDayAt } from '@vedong/travel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { certificateGraceSeconds } from './config.ts';
import { listValidities } from './issue-certificates.ts';

it('certificates follow each other without a gap, begin in their day and end two hours after it', () => {
  const timeZones = ['Asia/Ho_Chi_Minh', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'];
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2024, 0) / 1000, max: Date.UTC(2034, 0) / 1000 }),
      fc.constantFrom(...timeZones),
      fc.nat(14),
      (nowSeconds, timeZone, certificateDaysAhead) => {
        const calendar = { timeZone, startHour: 3 };
        const validities = listValidities(nowSeconds, { calendar, certificateDaysAhead });
        expect(validities).toHaveLength(certificateDaysAhead + 1);
        expect(validities[0]!.notBefore).toBeLessThanOrEqual(slotAt(nowSeconds));
        expect(validities[0]!.notBefore).toBeGreaterThanOrEqual(slotAt(nowSeconds) - 4);
        for (const [index, { serviceDay, notBefore, validMinutes }] of validities.entries()) {
          expect(serviceDayAt(slotStart(notBefore), calendar)).toBe(serviceDay);
          expect(validMinutes).toBeLessThanOrEqual(0xffff);
          const end = slotStart(notBefore) + validMinutes * 60;
          const dayAfter = end - certificateGraceSeconds;
          const next = validities[index + 1];
          if (next) expect(slotStart(next.notBefore) - dayAfter).toBeLessThan(60);
          if (next) expect(slotStart(next.notBefore)).toBeGreaterThanOrEqual(dayAfter);
        }
      },
    ),
  );
});
