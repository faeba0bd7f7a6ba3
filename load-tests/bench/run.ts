/** `npm run bench`: tickets against floor and rival in the same run, and fares; `-- --json` for numbers alone. */
import { cpus } from 'node:os';
import { measureFares, type FareSpeeds } from './fares.ts';
import { measureQrVersions, type QrVersions } from './qr-size.ts';
import { measureStatusLists, type StatusListCosts } from './status-lists.ts';
import {
  measureDeviceTickets,
  measureSingleTickets,
  type DeviceCosts,
  type SingleCosts,
} from './verification.ts';

interface Line {
  id: 'S1' | 'S2' | 'S7' | 'S8' | 'fares';
  what: string;
  measured: string;
  /** What must hold, and whether it did; null for what is shown beside a target. */
  target: string | null;
  isMet: boolean | null;
}

const costs = (...microseconds: number[]): string => microseconds.map((each) => each.toFixed(1)).join(' : ');

function ratioLine(
  id: Line['id'],
  what: string,
  [reference, ours]: [reference: number, ours: number],
  least: number | null,
): Line {
  const ratio = reference / ours;
  return {
    id,
    what,
    measured: `${ratio.toFixed(2)}  (${costs(reference, ours)} µs)`,
    target: least === null ? null : `>= ${least}`,
    isMet: least === null ? null : ratio >= least,
  };
}

const deviceLines = ({
  bareNewPhone,
  verifyNewPhone,
  bareKnownPhone,
  verifyKnownPhone,
}: DeviceCosts): Line[] => [
  ratioLine(
    'S1',
    'D, phone never seen : bare, key import in both',
    [bareNewPhone.cpu, verifyNewPhone.cpu],
    0.85,
  ),
  ratioLine(
    'S1',
    'D, phone seen before : bare, key import in neither',
    [bareKnownPhone.cpu, verifyKnownPhone.cpu],
    0.85,
  ),
  ratioLine(
    'S1',
    'D, phone never seen : bare, key import in ours alone',
    [bareKnownPhone.cpu, verifyNewPhone.cpu],
    null,
  ),
];

const singleLines = ({ bare, verify, jose }: SingleCosts): Line[] => [
  ratioLine('S2', 'S : bare', [bare.cpu, verify.cpu], 0.85),
  ratioLine(
    'S2',
    'S : jose.jwtVerify of the same claims, time until the answer',
    [jose.elapsed, verify.elapsed],
    1.3,
  ),
  ratioLine('S2', 'S : jose.jwtVerify of the same claims, processor time', [jose.cpu, verify.cpu], null),
];

function versionLine(what: string, versions: readonly number[], target: number | null): Line {
  return {
    id: 'S7',
    what: `QR version at level M: ${what}`,
    measured: versions.join(', '),
    target: target === null ? null : `= ${target}`,
    isMet: target === null ? null : versions.length === 1 && versions[0] === target,
  };
}

const qrLines = (versions: QrVersions): Line[] => [
  versionLine('S', versions.single, 6),
  versionLine('D', versions.device, 10),
  versionLine('D with a challenge', versions.deviceWithChallenge, 10),
  versionLine('S as a plain JWT', versions.jwt, null),
];

const journeysPerSecond = 50_000;

const fareLines = ({ oneLeg, twoLegs }: FareSpeeds): Line[] =>
  [
    { legs: 'one ride', speed: oneLeg },
    { legs: 'two rides', speed: twoLegs },
  ].map(({ legs, speed }) => ({
    id: 'fares',
    what: `journeys of ${legs} priced a second on one core`,
    measured: Math.round(speed).toLocaleString('en'),
    target: `>= ${journeysPerSecond.toLocaleString('en')}`,
    isMet: speed >= journeysPerSecond,
  }));

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(2)} MB`;

function statusLines(costs: StatusListCosts): Line[] {
  const line = (what: string, measured: string, target: string, isMet: boolean): Line => ({
    id: 'S8',
    what: `status of 10 million cards: ${what}`,
    measured,
    target,
    isMet,
  });
  const { residentBytes, residentBytesAfterDeltas, deltaCharacters, nanosecondsPerLookUp } = costs;
  const resident = Math.max(residentBytes, residentBytesAfterDeltas);
  return [
    line(
      'memory of the list, whole : after 100 deltas',
      `${megabytes(residentBytes)} : ${megabytes(residentBytesAfterDeltas)}`,
      '<= 3 MB',
      resident <= 3_000_000,
    ),
    line(
      'a look-up (an empty loop)',
      `${nanosecondsPerLookUp.toFixed(1)} ns (${costs.nanosecondsPerNothing.toFixed(1)} ns)`,
      '<= 100 ns',
      nanosecondsPerLookUp <= 100,
    ),
    line(
      'a delta of 1,000 changes (the whole list)',
      `${(deltaCharacters / 1000).toFixed(1)} kB (${(costs.fullListCharacters / 1000).toFixed(0)} kB)`,
      '<= 10 kB',
      deltaCharacters <= 10_000,
    ),
  ];
}

function verdict({ isMet }: Line): string {
  if (isMet === null) return 'shown';
  return isMet ? 'met' : 'MISSED';
}

function asTable(lines: readonly Line[]): string {
  const rows = [
    ['', 'what', 'measured', 'target', ''],
    ['', '', '', '', ''].map(() => '---'),
    ...lines.map((line) => [line.id, line.what, line.measured, line.target ?? '', verdict(line)]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
    .join('\n');
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, OpenSSL ${process.versions.openssl}`;
const date = new Date().toISOString().slice(0, 10);
const lines = [
  ...deviceLines(await measureDeviceTickets()),
  ...singleLines(await measureSingleTickets()),
  ...qrLines(await measureQrVersions()),
  ...statusLines(await measureStatusLists()),
  ...fareLines(await measureFares()),
];

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ machine, date, lines }, null, 2));
} else {
  console.log(`${date}, ${machine}\n\n${asTable(lines)}`);
}
