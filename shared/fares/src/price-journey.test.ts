import { describe, expect, it } from 'vitest';
import { filesWith, ride, sampleFiles, sampleStart, tariffOf } from '../tests/sample-feed.ts';
import type { RiddenLeg } from './fare-legs.ts';
import type { Price } from './price.ts';
import { priceJourney } from './price-journey.ts';

const anyone = { riderCategoryId: null, fareMediaId: null };

function priceOf(
  legs: RiddenLeg[],
  rider: { riderCategoryId: string | null; fareMediaId: string | null } = anyone,
  changes: Record<string, string | undefined> = {},
): Price {
  return priceJourney(tariffOf(filesWith(changes)), { ...rider, legs });
}

const rule = (line: number): object => ({ file: 'fare_leg_rules.txt', line });
const product = (line: number): object => ({ file: 'fare_products.txt', line });
const transferRule = (line: number): object => ({ file: 'fare_transfer_rules.txt', line });

/** A moment of the sample's day, local time. */
const at = (time: string): number => Date.parse(`2026-11-23T${time}+07:00`) / 1000;
const leg = (routeId: string, departure: string, arrival: string): RiddenLeg => ({
  ...ride(routeId, 0),
  departureSeconds: at(departure),
  arrivalSeconds: at(arrival),
});

describe('the steps of a price', () => {
  it('name the rule, the row, and why each other row of the product was not used', () => {
    const rider = { riderCategoryId: null, fareMediaId: 'card' };
    expect(priceOf([ride('bus1', 0)], rider)).toEqual({
      total: { amount: 7000, currency: 'VND' },
      steps: [
        {
          kind: 'leg',
          legs: [0],
          joinedBy: [],
          rule: rule(2),
          legGroupId: 'bus',
          fareProductId: 'bus',
          productRow: product(2),
          productAmount: 7000,
          paidBy: 'own_product',
          amount: 7000,
          others: [
            {
              row: product(3),
              mismatches: [{ field: 'fare_media_id', wants: 'cash', has: 'card' }],
            },
            {
              row: product(4),
              mismatches: [{ field: 'rider_category_id', wants: 'student', has: ['adult'] }],
            },
          ],
        },
      ],
    });
    const { steps } = priceOf([ride('bus1', 0)]);
    expect(steps[0]?.others[0]).toEqual({
      row: product(3),
      mismatches: [{ field: 'amount', wants: 8000, has: 7000 }],
    });
  });

  it('name the rules that lost by priority or time', () => {
    expect(priceOf([leg('tram1', '07:00:00', '07:10:00')])).toMatchObject({
      total: { amount: 12000 },
      steps: [
        {
          rule: rule(4),
          others: [{ row: rule(3), mismatches: [{ field: 'rule_priority', wants: 0, has: 1 }] }],
        },
      ],
    });
    expect(priceOf([leg('tram1', '09:00:00', '09:10:00')])).toMatchObject({
      total: { amount: 9000 },
      steps: [
        {
          rule: rule(3),
          others: [
            {
              row: rule(4),
              mismatches: [{ field: 'from_timeframe_group_id', wants: 'rush', has: at('09:00:00') }],
            },
          ],
        },
      ],
    });
  });

  it('show a transfer, and what a leg would have cost without it', () => {
    expect(priceOf([ride('bus1', 0), ride('bus2', 60)])).toMatchObject({
      total: { amount: 7000 },
      steps: [
        { kind: 'leg', amount: 7000 },
        {
          kind: 'transfer',
          rule: transferRule(2),
          fareTransferType: 0,
          transferNumber: 1,
          fareProductId: null,
          productRow: null,
          amount: 0,
          others: [],
        },
        { kind: 'leg', paidBy: 'transfer_to_it', productAmount: 7000, amount: 0 },
      ],
    });
    expect(priceOf([ride('bus1', 0), ride('tram1', 60)])).toMatchObject({
      total: { amount: 14000 },
      steps: [{ amount: 7000 }, { amount: -2000, productRow: product(7) }, { amount: 9000 }],
    });
  });

  it('show a leg whose fare a transfer replaces', () => {
    const rules =
      'from_leg_group_id,to_leg_group_id,fare_transfer_type,fare_product_id\nbus,tram,2,tram_rush\n';
    const changes = { 'fare_transfer_rules.txt': rules };
    expect(priceOf([ride('bus1', 0), ride('tram1', 60)], anyone, changes)).toMatchObject({
      total: { amount: 12000 },
      steps: [
        { paidBy: 'transfer_from_it', productAmount: 7000, amount: 0 },
        { kind: 'transfer', fareTransferType: 2, amount: 12000 },
        { paidBy: 'transfer_to_it', amount: 0 },
      ],
    });
  });

  it('say which limit kept two legs separate', () => {
    const { total, steps } = priceOf([ride('bus1', 0), ride('bus2', 30), ride('bus1', 61)]);
    expect(total).toEqual({ amount: 14000, currency: 'VND' });
    expect(steps[3]).toEqual({
      kind: 'separate',
      amount: 0,
      others: [
        {
          row: transferRule(2),
          mismatches: [
            { field: 'transfer_count', wants: 1, has: 2 },
            { field: 'duration_limit', wants: 3600, has: 3660 },
          ],
        },
      ],
    });
  });

  it('say what the whole journey would have cost by another rule', () => {
    const { steps } = priceOf([ride('bus1', 0), ride('bus2', 90)], anyone, {
      'fare_leg_rules.txt':
        'leg_group_id,network_id,fare_product_id,rule_priority\nbus,bus,bus,\nday,bus,tram_rush,\ntram,tram,tram,\n',
      'fare_transfer_rules.txt':
        'from_leg_group_id,to_leg_group_id,transfer_count,fare_transfer_type,fare_product_id\nday,day,-1,0,\n',
    });
    expect(steps[0]).toMatchObject({
      rule: rule(3),
      others: [{ row: rule(2), mismatches: [{ field: 'journey_total', wants: 14000, has: 12000 }] }],
    });
  });

  it('show which legs were joined, and by which rule', () => {
    const first = { ...ride('tram1', 0, 'a', 's1') };
    const second = { ...ride('tram1', 15, 'S', 'b') };
    expect(priceOf([first, second])).toMatchObject({
      total: { amount: 9000 },
      steps: [{ legs: [0, 1], joinedBy: [{ file: 'fare_leg_join_rules.txt', line: 2 }] }],
    });
  });
});

describe('an unknown fare', () => {
  it('names the rules that came nearest', () => {
    const changes = {
      'fare_leg_rules.txt':
        'network_id,from_area_id,to_area_id,to_timeframe_group_id,fare_product_id\n' +
        'bus,north,north,,bus\nbus,north,south,feast,bus\ntram,south,south,rush,tram\n',
      'fare_transfer_rules.txt': undefined,
    };
    expect(priceOf([ride('bus1', 0)], anyone, changes)).toEqual({
      total: null,
      steps: [
        {
          kind: 'unknown',
          legs: [0],
          reason: 'no_rule',
          others: [
            { row: rule(2), mismatches: [{ field: 'to_area_id', wants: 'north', has: ['south'] }] },
            {
              row: rule(3),
              mismatches: [{ field: 'to_timeframe_group_id', wants: 'feast', has: sampleStart + 600 }],
            },
          ],
        },
      ],
    });
  });

  it('names the products that are not sold to this rider', () => {
    const rider = { riderCategoryId: 'student', fareMediaId: 'card' };
    expect(priceOf([ride('bus1', 0), ride('tram1', 20)], rider)).toEqual({
      total: null,
      steps: [
        {
          kind: 'unknown',
          legs: [1],
          reason: 'not_sold',
          others: [
            { row: rule(3), mismatches: [{ field: 'fare_product_id', wants: 'tram', has: null }] },
            {
              row: product(5),
              mismatches: [{ field: 'rider_category_id', wants: 'adult', has: 'student' }],
            },
          ],
        },
      ],
    });
  });

  it('has a reason for journeys that are none of this feed', () => {
    expect(priceOf([])).toMatchObject({ total: null, steps: [{ reason: 'no_legs' }] });
    expect(priceOf([ride('bus1', 0), ride('bus99', 20)])).toMatchObject({
      total: null,
      steps: [{ legs: [1], reason: 'unknown_route' }],
    });
    expect(priceOf([ride('bus1', 0, 'a', 'nowhere')])).toMatchObject({
      total: null,
      steps: [{ legs: [0], reason: 'unknown_stop' }],
    });
  });

  it('is what comes of two currencies', () => {
    const products = (rows: string): Record<string, string> => ({
      'fare_products.txt': `fare_product_id,fare_media_id,amount,currency\n${rows}tram_rush,,1,VND\nless,,-1,VND\n`,
    });
    const legs = [ride('bus1', 0), ride('tram1', 20)];
    const reason = {
      total: null,
      steps: [{ reason: 'no_common_currency' }, { reason: 'no_common_currency' }],
    };
    expect(priceOf(legs, anyone, products('bus,,7000,VND\ntram,,1.00,USD\n'))).toMatchObject(reason);
    const both = products('bus,card,7000,VND\nbus,cash,1.00,USD\ntram,card,9000,VND\ntram,cash,1.00,USD\n');
    expect(priceOf(legs, anyone, both)).toMatchObject(reason);
    expect(priceOf(legs, { riderCategoryId: null, fareMediaId: 'cash' }, both)).toMatchObject({
      total: { amount: 200, currency: 'USD' },
    });
  });
});

describe('readings', () => {
  it('without rule_priority an empty entry covers routes and stops of which nothing is listed', () => {
    const changes = {
      'fare_leg_rules.txt': 'network_id,from_area_id,fare_product_id\nbus,north,bus\n,,tram\n',
      'fare_transfer_rules.txt': undefined,
    };
    expect(priceOf([ride('ferry', 0, 'b', 'a')], anyone, changes).total?.amount).toBe(9000);
    expect(priceOf([ride('ferry', 0, 'a', 'b')], anyone, changes).total).toBeNull();
    expect(priceOf([ride('bus1', 0, 'b', 'a')], anyone, changes).total).toBeNull();
  });

  it('legs joined across networks match only rules that name no network', () => {
    const legs = [ride('bus1', 0, 'a', 's1'), ride('tram1', 15, 'S', 'b')];
    const changes = (rules: string): Record<string, string | undefined> => ({
      'fare_leg_rules.txt': rules,
      'fare_leg_join_rules.txt': 'from_network_id,to_network_id\nbus,tram\n',
      'fare_transfer_rules.txt': undefined,
    });
    const named = 'network_id,fare_product_id,rule_priority\nbus,bus,1\ntram,tram,1\n';
    expect(priceOf(legs, anyone, changes(named)).total).toBeNull();
    expect(priceOf(legs, anyone, changes(`${named},tram_rush,\n`)).total?.amount).toBe(12000);
  });

  it('a leg without group has no transfers, not even under an empty entry', () => {
    const changes = {
      'fare_leg_rules.txt': 'leg_group_id,network_id,fare_product_id\n,bus,bus\ntram,tram,tram\n',
      'fare_transfer_rules.txt':
        'from_leg_group_id,to_leg_group_id,transfer_count,fare_transfer_type\n,,-1,0\n',
    };
    expect(priceOf([ride('bus1', 0), ride('tram1', 20)], anyone, changes).total?.amount).toBe(16000);
    expect(
      priceOf([ride('tram1', 0, 'a', 'b'), ride('tram1', 20, 'a', 'b')], anyone, changes).total?.amount,
    ).toBe(9000);
  });

  it('a transfer rule that holds is applied also where it costs more than two fares', () => {
    const changes = {
      'fare_transfer_rules.txt':
        'from_leg_group_id,to_leg_group_id,fare_transfer_type,fare_product_id\nbus,tram,1,tram_rush\n',
    };
    expect(priceOf([ride('bus1', 0), ride('tram1', 20)], anyone, changes).total?.amount).toBe(28000);
  });

  it('legs of one journey may be paid with several media when none is stated', () => {
    const products = sampleFiles['fare_products.txt']?.replace('tram,adult,,', 'tram,adult,cash,');
    const changes = { 'fare_products.txt': products };
    expect(priceOf([ride('bus1', 0), ride('tram1', 90)], anyone, changes).total?.amount).toBe(16000);
  });

  it('a rider of a category the feed does not know buys what is for everybody', () => {
    const king = { riderCategoryId: 'king', fareMediaId: null };
    expect(priceOf([leg('tram1', '07:00:00', '07:10:00')], king).total?.amount).toBe(12000);
    expect(priceOf([ride('bus1', 0)], king).total).toBeNull();
  });
});
