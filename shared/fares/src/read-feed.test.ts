import { describe, expect, it } from 'vitest';
import { filesWith, sampleFiles } from '../tests/sample-feed.ts';
import type { FeedProblem } from './feed-problem.ts';
import { readFeed, type ReadFeed } from './read-feed.ts';

const readWith = (changes: Record<string, string | undefined>): ReadFeed => readFeed(filesWith(changes));

/** Problems as `file:line:field rule value`. */
function problemsWith(changes: Record<string, string | undefined>): string[] {
  const read = readWith(changes);
  return 'problems' in read ? read.problems.map(nameOf) : [];
}

const nameOf = ({ file, line, field, rule, value }: FeedProblem): string =>
  `${file}:${line}:${field} ${rule} ${value}`;

/** The sample's file with more rows. */
const plus = (file: string, rows: string): string => (sampleFiles[file] ?? '') + rows;

describe('a feed', () => {
  it('is read when nothing is wrong', () => {
    expect(readWith({})).toMatchObject({ feed: { fareProducts: { rows: { length: 6 } } }, notes: [] });
  });

  it('may have a BOM, CRLF, quotes, blanks around values, empty lines and no last newline', () => {
    const read = readWith({
      'stops.txt':
        '\uFEFFstop_id,stop_name\r\n\r\na, Chợ Mơ \r\nb,"Cầu ""Giấy"", bắc"\r\nS,"two\r\nlines"\r\ns1,x',
    });
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    expect(read.feed.stops.rows.map(({ line, stop_name }) => [line, stop_name])).toEqual([
      [3, 'Chợ Mơ'],
      [4, 'Cầu "Giấy", bắc'],
      [5, 'two\nlines'],
      [7, 'x'],
    ]);
  });

  it('may have columns and files that fares do not need; unknown columns are noted', () => {
    const read = readWith({
      'routes.txt': 'route_id,route_type,colour_of_seats\nbus1,3,red\nbus2,3,\ntram1,0,\nferry,4,\n',
      'shapes.txt': 'not even CSV "',
    });
    expect(read.notes).toEqual([
      { file: 'routes.txt', line: 1, field: 'colour_of_seats', rule: 'unknown_column' },
    ]);
    expect(read).toHaveProperty('feed');
  });

  it('notes an amount with fewer decimals than its currency', () => {
    const read = readWith({
      'fare_products.txt':
        'fare_product_id,amount,currency\nbus,2,EUR\ntram,2.5,EUR\ntram_rush,2.50,EUR\nless,0,EUR\n',
    });
    expect(read.notes.map(({ line, rule }) => [line, rule])).toEqual([
      [2, 'too_few_decimals'],
      [3, 'too_few_decimals'],
      [5, 'too_few_decimals'],
    ]);
  });
});

describe('every problem is named', () => {
  it('a missing file, an empty one, a missing column', () => {
    expect(problemsWith({ 'agency.txt': undefined })).toEqual(['agency.txt:null:null missing_file null']);
    expect(problemsWith({ 'agency.txt': '' })).toEqual(['agency.txt:1:agency_timezone missing_column null']);
    expect(problemsWith({ 'agency.txt': 'agency_id\nA\nB\n' })).toEqual([
      'agency.txt:1:agency_timezone missing_column null',
    ]);
  });

  it('broken CSV, rows of another length, a column named twice', () => {
    const row = 'a,north\nb,south,extra\nS\n';
    expect(problemsWith({ 'stop_areas.txt': `stop_id,area_id\n${row}` })).toEqual([
      'stop_areas.txt:3:null wrong_number_of_fields null',
      'stop_areas.txt:4:null wrong_number_of_fields null',
    ]);
    expect(problemsWith({ 'stop_areas.txt': 'stop_id,area_id\na,north\n"b,south\n' })).toEqual([
      'stop_areas.txt:3:null malformed_csv null',
    ]);
    expect(problemsWith({ 'areas.txt': 'area_id,area_id\nnorth,north\nsouth,south\n' })).toEqual([
      'areas.txt:1:area_id duplicate_column null',
    ]);
  });

  it('values that are missing or not of their kind', () => {
    const products = (row: string): string => plus('fare_products.txt', row);
    const cases: [file: string, text: string, problem: string][] = [
      ['fare_products.txt', products(',,,1,VND\n'), '8:fare_product_id missing_value null'],
      ['fare_products.txt', products('x,,,1.5,VND\n'), '8:amount too_precise 1.5'],
      ['fare_products.txt', products('x,,,1e3,VND\n'), '8:amount not_a_decimal 1e3'],
      ['fare_products.txt', products('x,,,999999999999,VND\n'), '8:amount too_large 999999999999'],
      ['fare_products.txt', products('x,,,1,DONG\n'), '8:currency not_a_currency DONG'],
      ['fare_products.txt', products('tram,student,,-1,VND\n'), '8:amount negative_fare -1'],
      ['fare_media.txt', plus('fare_media.txt', 'x,5\n'), '4:fare_media_type out_of_range 5'],
      ['fare_media.txt', plus('fare_media.txt', 'x,two\n'), '4:fare_media_type not_a_whole_number two'],
      ['agency.txt', 'agency_timezone\nAsia/Hanoi\n', '2:agency_timezone not_a_time_zone Asia/Hanoi'],
      ['agency.txt', 'agency_timezone\n+07:00\n', '2:agency_timezone not_a_time_zone +07:00'],
      ['timeframes.txt', plus('timeframes.txt', 'x,6:00,7:00:00,daily\n'), '4:start_time not_a_time 6:00'],
      [
        'timeframes.txt',
        plus('timeframes.txt', 'x,6:00:00,24:00:01,daily\n'),
        '4:end_time out_of_range 24:00:01',
      ],
      ['calendar_dates.txt', plus('calendar_dates.txt', 'feast,20260230,1\n'), '3:date not_a_date 20260230'],
      [
        'calendar_dates.txt',
        plus('calendar_dates.txt', 'feast,2026-09-03,1\n'),
        '3:date not_a_date 2026-09-03',
      ],
      [
        'calendar.txt',
        plus('calendar.txt', 'x,yes,1,1,1,1,1,1,20260101,20261231\n'),
        '3:monday out_of_range yes',
      ],
    ];
    for (const [file, text, problem] of cases)
      expect(problemsWith({ [file]: text })).toEqual([`${file}:${problem}`]);
  });

  it('duplicate keys', () => {
    const cases: [file: string, row: string, problem: string][] = [
      ['stops.txt', 'a,,\n', '6:stop_id duplicate_key a'],
      ['route_networks.txt', 'bus1,tram\n', '5:route_id duplicate_key bus1'],
      [
        'fare_products.txt',
        'bus,student,,1,VND\n',
        '8:fare_product_id,rider_category_id,fare_media_id duplicate_key bus,student,',
      ],
      [
        'fare_leg_rules.txt',
        'other,bus,,,,bus,7\n',
        '5:network_id,from_area_id,to_area_id,from_timeframe_group_id,to_timeframe_group_id,fare_product_id' +
          ' duplicate_key bus,,,,,bus',
      ],
    ];
    for (const [file, row, problem] of cases)
      expect(problemsWith({ [file]: plus(file, row) })).toEqual([`${file}:${problem}`]);
  });

  it('references to nothing', () => {
    const cases: [file: string, row: string, problem: string][] = [
      ['stops.txt', 'x,0,none\n', '6:parent_station unknown_reference none'],
      ['route_networks.txt', 'ferry,sea\n', '5:network_id unknown_reference sea'],
      ['route_networks.txt', 'lost,bus\n', '5:route_id unknown_reference lost'],
      ['stop_areas.txt', 'a,west\n', '5:area_id unknown_reference west'],
      ['stop_areas.txt', 'z,north\n', '5:stop_id unknown_reference z'],
      ['timeframes.txt', 'x,,,never\n', '4:service_id unknown_reference never'],
      ['fare_products.txt', 'x,king,,1,VND\n', '8:rider_category_id unknown_reference king'],
      ['fare_products.txt', 'x,,gold,1,VND\n', '8:fare_media_id unknown_reference gold'],
      ['fare_leg_rules.txt', 'x,sea,,,,bus,\n', '5:network_id unknown_reference sea'],
      ['fare_leg_rules.txt', 'x,,west,,,bus,\n', '5:from_area_id unknown_reference west'],
      ['fare_leg_rules.txt', 'x,,,west,,bus,\n', '5:to_area_id unknown_reference west'],
      ['fare_leg_rules.txt', 'x,,,,noon,bus,\n', '5:from_timeframe_group_id unknown_reference noon'],
      ['fare_leg_rules.txt', 'x,,,,,gift,\n', '5:fare_product_id unknown_reference gift'],
      ['fare_leg_join_rules.txt', 'bus,bus,q,a\n', '3:from_stop_id unknown_reference q'],
      ['fare_transfer_rules.txt', 'bus,ship,,,,0,\n', '4:to_leg_group_id unknown_reference ship'],
      ['fare_transfer_rules.txt', 'tram,bus,,,,0,gift\n', '4:fare_product_id unknown_reference gift'],
    ];
    for (const [file, row, problem] of cases)
      expect(problemsWith({ [file]: plus(file, row) })).toEqual([`${file}:${problem}`]);
  });

  it('parents that are not one level up, so also cycles', () => {
    const stops = (rows: string): string[] => problemsWith({ 'stops.txt': plus('stops.txt', rows) });
    expect(stops('x,0,a\n')).toEqual(['stops.txt:6:parent_station wrong_parent a']);
    expect(stops('x,0,y\ny,0,x\n')).toEqual([
      'stops.txt:6:parent_station wrong_parent y',
      'stops.txt:7:parent_station wrong_parent x',
    ]);
    expect(stops('T,1,S\n')).toEqual(['stops.txt:6:parent_station forbidden_value S']);
    expect(stops('gate,2,\n')).toEqual(['stops.txt:6:parent_station missing_value null']);
    expect(stops('edge,4,s1\n')).toEqual([]);
  });

  it('timeframes that overlap, end before they start or have one bound only', () => {
    const frames = (rows: string): string[] =>
      problemsWith({ 'timeframes.txt': plus('timeframes.txt', rows) });
    expect(frames('rush,09:00:00,10:00:00,daily\nrush,08:00:00,08:30:00,feast\n')).toEqual([]);
    expect(frames('rush,08:59:59,10:00:00,daily\n')).toEqual([
      'timeframes.txt:4:timeframe_group_id overlapping_timeframes rush',
    ]);
    expect(frames('x,22:00:00,04:00:00,daily\n')).toEqual([
      'timeframes.txt:4:start_time start_not_before_end null',
    ]);
    expect(frames('x,,04:00:00,daily\ny,04:00:00,,daily\n')).toEqual([
      'timeframes.txt:4:start_time missing_value null',
      'timeframes.txt:5:end_time missing_value null',
    ]);
  });

  it('transfer rules whose fields forbid or need each other', () => {
    const rules = (row: string): string[] =>
      problemsWith({ 'fare_transfer_rules.txt': plus('fare_transfer_rules.txt', row) });
    expect(rules('tram,tram,,,,0,\n')).toEqual([
      'fare_transfer_rules.txt:4:transfer_count missing_value null',
    ]);
    expect(rules('tram,tram,0,,,0,\n')).toEqual(['fare_transfer_rules.txt:4:transfer_count out_of_range 0']);
    expect(rules('tram,bus,2,,,0,\n')).toEqual([
      'fare_transfer_rules.txt:4:transfer_count forbidden_value 2',
    ]);
    expect(rules('tram,bus,,60,,0,\n')).toEqual([
      'fare_transfer_rules.txt:4:duration_limit_type missing_value null',
    ]);
    expect(rules('tram,bus,,,1,0,\n')).toEqual([
      'fare_transfer_rules.txt:4:duration_limit_type forbidden_value 1',
    ]);
    expect(rules(',,,,,0,\n')).toEqual(['fare_transfer_rules.txt:4:transfer_count missing_value null']);
  });

  it('half a pair in a join rule', () => {
    const rows = 'bus,,,\ntram,tram,a,\n';
    expect(problemsWith({ 'fare_leg_join_rules.txt': plus('fare_leg_join_rules.txt', rows) })).toEqual([
      'fare_leg_join_rules.txt:3:to_network_id missing_value null',
      'fare_leg_join_rules.txt:4:to_stop_id missing_value null',
    ]);
  });

  it('networks in two places, clocks of agencies that differ, two default categories for one product', () => {
    expect(problemsWith({ 'routes.txt': 'route_id,network_id\nbus1,\nbus2,\ntram1,\nferry,\n' })).toEqual([
      'networks.txt:null:network_id forbidden_file null',
      'route_networks.txt:null:network_id forbidden_file null',
    ]);
    expect(
      problemsWith({ 'agency.txt': 'agency_id,agency_timezone\nA,Asia/Ho_Chi_Minh\nB,Asia/Bangkok\n' }),
    ).toEqual(['agency.txt:3:agency_timezone time_zones_differ Asia/Bangkok']);
    expect(
      problemsWith({
        'rider_categories.txt': 'rider_category_id,is_default_fare_category\nadult,1\nstudent,1\n',
      }),
    ).toEqual(['fare_products.txt:4:rider_category_id several_default_categories student']);
  });

  it('all of them at once, in every file', () => {
    const problems = problemsWith({
      'agency.txt': undefined,
      'stops.txt': 'stop_id,parent_station\na,\na,\nb,none\n',
      'fare_media.txt': 'fare_media_id,fare_media_type\ncard,9\ncash,x\n',
      'fare_products.txt': plus('fare_products.txt', 'x,king,gold,1.5,VND\n'),
    });
    expect(problems).toEqual([
      'agency.txt:null:null missing_file null',
      'stops.txt:3:stop_id duplicate_key a',
      'fare_media.txt:2:fare_media_type out_of_range 9',
      'fare_media.txt:3:fare_media_type not_a_whole_number x',
      'stops.txt:4:parent_station unknown_reference none',
      'stop_areas.txt:4:stop_id unknown_reference S',
      'fare_products.txt:8:rider_category_id unknown_reference king',
      'fare_products.txt:8:fare_media_id unknown_reference gold',
      'fare_products.txt:8:amount too_precise 1.5',
    ]);
  });

  it('however many there are', () => {
    const rows = 'bus,nobody,,x,VND\n'.repeat(200_000);
    const read = readWith({ 'fare_products.txt': plus('fare_products.txt', rows) });
    expect('problems' in read && read.problems.length).toBe(599_999);
  });
});
