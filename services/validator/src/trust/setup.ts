/** The operator's configuration in the form in which every tap needs it. */
import type { ValidatorConfiguration } from '@vedong/contracts';
import { slotSeconds, slotStart } from '@vedong/ticket';
import {
  serviceDayAt,
  type Gate,
  type GateClass,
  type GateProduct,
  type ServiceCalendar,
  type ServiceDay,
} from '@vedong/travel';

export interface Setup {
  validatorId: string;
  calendar: ServiceCalendar;
  gates: ReadonlyMap<string, Gate>;
  products: ReadonlyMap<number, GateProduct>;
  gateClasses: ReadonlyMap<string, GateClass>;
  /** The service day in which a slot begins. */
  dayOfSlot: (slot: number) => ServiceDay;
}

export function toSetup(configuration: ValidatorConfiguration): Setup {
  const { validatorId, calendar, gates, products, gateClasses = [] } = configuration;
  return {
    validatorId,
    calendar,
    gates: new Map(gates.map((gate) => [gate.gateId, gate])),
    products: new Map(products.map((product) => [product.productNo, product])),
    gateClasses: new Map(gateClasses.map((gateClass) => [gateClass.classId, gateClass])),
    dayOfSlot: rememberDays(calendar),
  };
}

/** Service days begin at a whole local hour, and every zone is a whole number of quarters of an hour off UTC. */
const slotsPerQuarterHour = 900 / slotSeconds;
const quartersMost = 1000;

/** Calendar arithmetic takes longer than a signature, so each quarter of an hour is worked out once. */
function rememberDays(calendar: ServiceCalendar): (slot: number) => ServiceDay {
  const days = new Map<number, ServiceDay>();
  return (slot) => {
    const quarter = Math.floor(slot / slotsPerQuarterHour);
    const known = days.get(quarter);
    if (known !== undefined) return known;
    if (days.size >= quartersMost) days.clear();
    const day = serviceDayAt(slotStart(quarter * slotsPerQuarterHour), calendar);
    days.set(quarter, day);
    return day;
  };
}
