/** A small feed for tests, as texts of files: buses and trams of one town, every part of it easy to replace. */
import { compileTariff, readFeed, type Tariff } from '../src/index.ts';

export const sampleFiles: Readonly<Record<string, string>> = {
  'agency.txt': 'agency_id,agency_timezone\nA,Asia/Ho_Chi_Minh\n',
  'stops.txt': 'stop_id,location_type,parent_station\na,,\nb,,\nS,1,\ns1,0,S\n',
  'routes.txt': 'route_id\nbus1\nbus2\ntram1\nferry\n',
  'networks.txt': 'network_id\nbus\ntram\n',
  'route_networks.txt': 'route_id,network_id\nbus1,bus\nbus2,bus\ntram1,tram\n',
  'areas.txt': 'area_id\nnorth\nsouth\n',
  'stop_areas.txt': 'stop_id,area_id\na,north\nb,south\nS,south\n',
  'calendar.txt':
    'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n' +
    'daily,1,1,1,1,1,1,1,20260101,20261231\n',
  'calendar_dates.txt': 'service_id,date,exception_type\nfeast,20260902,1\n',
  'timeframes.txt':
    'timeframe_group_id,start_time,end_time,service_id\nrush,06:30:00,09:00:00,daily\nfeast,,,feast\n',
  'rider_categories.txt': 'rider_category_id,is_default_fare_category\nadult,1\nstudent,0\n',
  'fare_media.txt': 'fare_media_id,fare_media_type\ncard,2\ncash,0\n',
  'fare_products.txt':
    'fare_product_id,rider_category_id,fare_media_id,amount,currency\n' +
    'bus,adult,card,7000,VND\nbus,adult,cash,8000,VND\nbus,student,,3500,VND\n' +
    'tram,adult,,9000,VND\ntram_rush,,,12000,VND\nless,,,-2000,VND\n',
  'fare_leg_rules.txt':
    'leg_group_id,network_id,from_area_id,to_area_id,from_timeframe_group_id,fare_product_id,rule_priority\n' +
    'bus,bus,,,,bus,\ntram,tram,,,,tram,\ntram,tram,,,rush,tram_rush,1\n',
  'fare_leg_join_rules.txt': 'from_network_id,to_network_id,from_stop_id,to_stop_id\ntram,tram,,\n',
  'fare_transfer_rules.txt':
    'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,' +
    'fare_product_id\nbus,bus,1,3600,1,0,\nbus,tram,,3600,1,1,less\n',
};

/** The sample with some files replaced, added, or left out (undefined). */
export function filesWith(changes: Readonly<Record<string, string | undefined>> = {}): Map<string, string> {
  const texts = Object.entries({ ...sampleFiles, ...changes });
  return new Map(texts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])));
}

/** The tariff of a feed that must be without problems. */
export function tariffOf(files: ReadonlyMap<string, string>): Tariff {
  const read = readFeed(files);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return compileTariff(read.feed);
}

export const sampleStart = Date.parse('2026-11-23T12:00:00+07:00') / 1000;

/** A ride of ten minutes from a to b that departs so many minutes after noon. */
export function ride(
  routeId: string,
  minutes: number,
  fromStopId = 'a',
  toStopId = 'b',
): {
  routeId: string;
  fromStopId: string;
  toStopId: string;
  departureSeconds: number;
  arrivalSeconds: number;
} {
  const departureSeconds = sampleStart + minutes * 60;
  return { routeId, fromStopId, toStopId, departureSeconds, arrivalSeconds: departureSeconds + 600 };
}
