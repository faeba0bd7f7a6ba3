/** A tariff of one metro line and one bus, for the test network, with every kind of term. */
const feed: Record<string, string> = {
  'agency.txt':
    'agency_id,agency_name,agency_url,agency_timezone\nA,City,https://city.example,Asia/Ho_Chi_Minh\n',
  'stops.txt': 'stop_id,stop_name\np1,One\np2,Two\np3,Three\np4,Four\n',
  'routes.txt': 'route_id,agency_id,route_short_name,route_type,network_id\nM,A,M,1,metro\n32,A,32,3,bus\n',
  'areas.txt': 'area_id,area_name\np1,One\np2,Two\np3,Three\np4,Four\n',
  'stop_areas.txt': 'area_id,stop_id\np1,p1\np2,p2\np3,p3\np4,p4\n',
  'rider_categories.txt':
    'rider_category_id,rider_category_name,is_default_fare_category\nadult,Adult,1\nstudent,Student,0\n',
  'fare_products.txt':
    'fare_product_id,fare_product_name,rider_category_id,amount,currency\n' +
    'near,Near,,1000,VND\nfar,Far,,12000,VND\nbus,Bus,adult,7000,VND\nbus,Bus,student,3500,VND\noff,Transfer,,-2000,VND\n',
  'fare_leg_rules.txt':
    'leg_group_id,network_id,from_area_id,to_area_id,fare_product_id,rule_priority\n' +
    'metro,metro,p1,p2,near,1\nmetro,metro,p2,p1,near,1\nmetro,metro,p1,p3,far,1\nmetro,metro,p3,p1,far,1\n' +
    'metro,metro,p2,p3,near,1\nmetro,metro,p3,p2,near,1\nbus,bus,,,bus,1\n',
  'fare_transfer_rules.txt':
    'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,fare_product_id\n' +
    'metro,bus,,3600,1,1,off\nbus,metro,,3600,1,1,off\n',
};

const terms = {
  version: 1,
  passes: [],
  caps: [],
  incompleteFares: [{ mode: 'metro', lineId: null, fare: { amount: 20_000, currency: 'VND' } }],
  freeDays: [
    {
      nameVi: 'Quốc khánh',
      nameEn: 'National Day',
      fromDay: '2026-09-02',
      toDay: '2026-09-02',
      modes: ['metro', 'bus'],
      lineIds: null,
    },
  ],
  riderCategories: [{ concession: 1, riderCategoryId: 'student' }],
  freeConcessions: [2],
  fareDistances: [
    { lineId: 'M', stopId: 'p1', chainageMetres: 0 },
    { lineId: 'M', stopId: 'p2', chainageMetres: 900 },
    { lineId: 'M', stopId: 'p3', chainageMetres: 2400 },
  ],
  apportionment: [],
};

/** File names to texts; `changes` replaces files, null takes one away. */
export function smallTariff(changes: Record<string, string | null> = {}): Map<string, string> {
  const files = { ...feed, 'vedong_fares.json': JSON.stringify(terms), ...changes };
  return new Map(Object.entries(files).filter((file): file is [string, string] => file[1] !== null));
}

/** The same with another bus fare. */
export const withBusFare = (amount: number): Map<string, string> =>
  smallTariff({
    'fare_products.txt': (feed['fare_products.txt'] as string).replace('7000', String(amount)),
  });
