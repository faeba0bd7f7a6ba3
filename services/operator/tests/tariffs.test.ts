/** Importing tariffs by API and command: all or nothing, every problem named, no two on one day. */
import { execFile } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ApiError, createClient, type OperatorApi } from '@vedong/contracts';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { readTariffArchive, tariffLimits } from '../src/read-tariff-files.ts';
import { uploadLimitBytes } from '../src/uploaded-file.ts';
import { smallTariff, withBusFare } from './small-tariff.ts';
import { serviceToken, startTestOperator, type TestOperator } from './test-operator.ts';

let operator: TestOperator;
let folder = '';
beforeAll(async () => {
  operator = await startTestOperator();
  folder = makeTemporaryFolder();
});
afterAll(async () => {
  await operator.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => operator.db.deleteFrom('tariffs').execute());

type Content = string | Buffer | Readable;

/** Writes a zip with these files, in their order; gives its path. */
async function zipOf(files: Iterable<[string, Content]>): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.zip`);
  const zip = new ZipFile();
  for (const [name, content] of files) {
    if (content instanceof Readable) zip.addReadStream(content, name);
    else zip.addBuffer(Buffer.from(content), name);
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
const blobOf = async (path: string) => new Blob([await readFile(path)], { type: 'application/zip' });
const upload = async (
  files: Iterable<[string, Content]>,
  query: { from: string; to?: string; name?: string },
) => operator.staff('POST /v1/tariffs', { query, upload: await blobOf(await zipOf(files)) });
const list = async () => (await operator.staff('GET /v1/tariffs')).tariffs;
/** Megabytes of one byte, made as they are read. */
const megabytes = (count: number) =>
  Readable.from(
    (function* () {
      for (let n = 0; n < count; n += 1) yield Buffer.alloc(1_000_000, 120);
    })(),
  );

it('keeps a tariff with its days, its name and who brought it', async () => {
  const { tariff, notes } = await upload(smallTariff(), { from: '2026-01-01', name: 'Giá 2026' });
  expect(tariff).toMatchObject({
    name: 'Giá 2026',
    from: '2026-01-01',
    to: null,
    importedBy: 'staff@example.org',
  });
  expect(notes).toEqual([]);
  expect(await list()).toEqual([tariff]);
});

it('takes BOM, CRLF, quotes and unknown columns, and says which columns it does not know', async () => {
  const files = smallTariff({
    'stops.txt':
      '\uFEFFstop_id,stop_name,mood\r\np1,"One, ""the first""",calm\r\np2,Two,\r\np3,Three,\r\np4,Four,\r\n',
  });
  const { notes } = await upload(files, { from: '2026-01-01' });
  expect(notes).toContainEqual({ file: 'stops.txt', line: 1, field: 'mood', rule: 'unknown_column' });
});

it('names every problem by file, line, field and rule, and imports nothing', async () => {
  const files = smallTariff({
    'agency.txt': null,
    'fare_products.txt':
      'fare_product_id,rider_category_id,amount,currency\nnear,,1000.5,VND\nnear,,1000,VND\nfar,,-5,VND\nbus,king,7000,VND\noff,,-2000,VND\n',
    'vedong_fares.json': '{"version": 2}',
  });
  const error = (await upload(files, { from: '2026-01-01' }).catch((e: unknown) => e)) as ApiError;
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 422, code: 'tariff_invalid' });
  const { problems, leftOff } = (error.problem as { feedProblems: { problems: object[]; leftOff: number } })
    .feedProblems;
  expect(leftOff).toBe(0);
  for (const problem of [
    { file: 'agency.txt', line: null, field: null, rule: 'missing_file', value: null },
    { file: 'fare_products.txt', line: 2, field: 'amount', rule: 'too_precise', value: '1000.5' },
    {
      file: 'fare_products.txt',
      line: 5,
      field: 'rider_category_id',
      rule: 'unknown_reference',
      value: 'king',
    },
    { file: 'vedong_fares.json', line: null, field: 'version', rule: 'forbidden_value', value: '2' },
  ]) {
    expect(problems).toContainEqual(problem);
  }
  expect(await list()).toEqual([]);
});

it('is safe to repeat', async () => {
  const first = await upload(smallTariff(), { from: '2026-01-01', to: '2026-12-31' });
  expect(await upload(smallTariff(), { from: '2026-01-01', to: '2026-12-31' })).toEqual(first);
  expect(await list()).toHaveLength(1);
});

it('refuses days that another tariff has, naming it, until that one is ended', async () => {
  const { tariff } = await upload(smallTariff(), { from: '2026-01-01' });
  const next = () => upload(withBusFare(9000), { from: '2027-01-01' });
  await expect(next()).rejects.toMatchObject({ status: 409, code: 'tariff_overlap' });
  await expect(next()).rejects.toThrow(tariff.tariffId);
  const end = (to: string) =>
    operator.staff('POST /v1/tariffs/{tariffId}/end', {
      params: { tariffId: tariff.tariffId },
      body: { to },
    });
  await expect(end('2026-11-22')).rejects.toMatchObject({ code: 'tariff_days' });
  expect(await end('2026-12-31')).toEqual({ ...tariff, to: '2026-12-31' });
  await next();
  await expect(end('2027-01-01')).rejects.toMatchObject({ code: 'tariff_overlap' });
  expect((await list()).map(({ from, to }) => [from, to])).toEqual([
    ['2027-01-01', null],
    ['2026-01-01', '2026-12-31'],
  ]);
  await expect(
    operator.staff('POST /v1/tariffs/{tariffId}/end', {
      params: { tariffId: 'none' },
      body: { to: '2027-01-01' },
    }),
  ).rejects.toMatchObject({ status: 404, code: 'tariff_not_found' });
});

it('keeps two imports at once from overlapping', async () => {
  const results = await Promise.allSettled([
    upload(withBusFare(8000), { from: '2026-01-01' }),
    upload(withBusFare(9000), { from: '2026-06-01' }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(
    operator.db
      .insertInto('tariffs')
      .columns(['tariff_id', 'name', 'from_day', 'to_day', 'files', 'terms', 'imported_by', 'imported_at'])
      .expression((eb) =>
        eb
          .selectFrom('tariffs')
          .select([
            'name as tariff_id',
            'name',
            'from_day',
            'to_day',
            'files',
            'terms',
            'imported_by',
            'imported_at',
          ]),
      )
      .execute(),
  ).rejects.toMatchObject({ code: '23P01' });
});

it('does not inflate what it does not need, however large', async () => {
  const path = await zipOf([
    ['stop_times.txt', megabytes(200)],
    ...smallTariff(),
    ['shapes.txt', megabytes(100)],
  ]);
  const before = process.memoryUsage().rss;
  const files = await readTariffArchive(path);
  expect('texts' in files && [...files.texts.keys()].sort()).toEqual([...smallTariff().keys()].sort());
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  await operator.staff('POST /v1/tariffs', { query: { from: '2026-01-01' }, upload: await blobOf(path) });
});

it('stops at a fare file that inflates beyond the limit', async () => {
  const bomb = await zipOf([...smallTariff({ 'stops.txt': null }), ['stops.txt', megabytes(200)]]);
  const before = process.memoryUsage().rss;
  expect(await readTariffArchive(bomb)).toEqual({
    problems: [
      {
        file: 'stops.txt',
        line: null,
        field: null,
        rule: 'file_too_large',
        value: String(tariffLimits.fileBytes),
      },
    ],
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  await expect(
    operator.staff('POST /v1/tariffs', { query: { from: '2026-01-01' }, upload: await blobOf(bomb) }),
  ).rejects.toMatchObject({ code: 'tariff_invalid' });
});

it('says what it cannot read', async () => {
  const inFull = async (content: BlobPart[]) =>
    operator.staff('POST /v1/tariffs', {
      query: { from: '2026-01-01' },
      upload: new Blob(content, { type: 'application/zip' }),
    });
  await expect(inFull(['not a zip'])).rejects.toMatchObject({ status: 400, code: 'broken_archive' });
  await expect(inFull([])).rejects.toMatchObject({ code: 'broken_archive' });
  const whole = await readFile(await zipOf(smallTariff()));
  await expect(inFull([whole.subarray(0, whole.length - 30)])).rejects.toMatchObject({
    code: 'broken_archive',
  });
  const damaged = Buffer.from(whole);
  damaged.fill(0, 60, 90);
  await expect(inFull([damaged])).rejects.toMatchObject({ code: 'broken_archive' });
  const latin = new Map<string, Content>(smallTariff()).set('agency.txt', Buffer.from('Hà Nội', 'latin1'));
  await expect(upload(latin, { from: '2026-01-01' })).rejects.toMatchObject({
    problem: { feedProblems: { problems: [{ file: 'agency.txt', rule: 'not_utf8' }] } },
  });
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith('vedong-upload-'));
  expect(left).toEqual([]);
});

it('says so when an archive is larger than it takes', async () => {
  const response = await fetch(`${operator.url}/v1/tariffs?from=2026-01-01`, {
    method: 'POST',
    headers: { 'content-type': 'application/zip', cookie: operator.cookie },
    body: Readable.toWeb(megabytes(uploadLimitBytes / 1_000_000 + 1)) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  expect([response.status, await response.json()]).toMatchObject([413, { code: 'body_too_large' }]);
});

it('is for staff, and takes a zip only', async () => {
  const blob = await blobOf(await zipOf(smallTariff()));
  await expect(
    operator.anyone('POST /v1/tariffs', { query: { from: '2026-01-01' }, upload: blob }),
  ).rejects.toMatchObject({ status: 401 });
  await expect(
    operator.staff('POST /v1/tariffs', {
      query: { from: '2026-01-01' },
      upload: new Blob(['{}'], { type: 'application/json' }),
    }),
  ).rejects.toMatchObject({ status: 415 });
});

it('gives the issuer the terms of each tariff, and nobody else', async () => {
  const { tariff } = await upload(smallTariff(), { from: '2026-01-01' });
  const issuer = (token: string) =>
    createClient<OperatorApi>(operator.url, { headers: () => ({ authorization: `Bearer ${token}` }) });
  expect(await issuer(serviceToken)('GET /v1/tariffs/terms')).toEqual({
    lines: [],
    tariffs: [
      {
        tariffId: tariff.tariffId,
        name: tariff.name,
        from: '2026-01-01',
        to: null,
        terms: JSON.parse(smallTariff().get('vedong_fares.json') as string) as object,
      },
    ],
  });
  await expect(issuer('wrong')('GET /v1/tariffs/terms')).rejects.toMatchObject({ status: 401 });
  await expect(operator.staff('GET /v1/tariffs/terms')).rejects.toMatchObject({ status: 401 });
});

const command = async (...words: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, '../src/tariff.ts'), ...words], {
    env: { ...process.env, DATABASE_URL: operator.databaseUrl },
    timeout: 30_000,
  });

it('checks, imports, lists and ends by command, from a folder as from a zip', async () => {
  const feed = join(folder, 'feed');
  mkdirSync(feed);
  for (const [name, text] of smallTariff()) writeFileSync(join(feed, name), text);
  expect((await command('check', feed)).stdout).toMatch(/^no problems/);
  const { stdout } = await command('import', feed, '--from', '2026-01-01', '--name', 'Lệnh');
  const tariffId = stdout.split('\t')[0] as string;
  expect(stdout).toBe(`${tariffId}\t2026-01-01\t-\tLệnh\n`);
  const again = await command('import', await zipOf(smallTariff()), '--from', '2026-01-01');
  expect(again.stdout).toBe(stdout);
  expect((await command('end', tariffId, '--to', '2999-12-31')).stdout).toContain('2999-12-31');
  expect((await command('list')).stdout).toContain(tariffId);
  writeFileSync(join(feed, 'stops.txt'), 'stop_id\n');
  await expect(command('check', feed)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/stop_areas\.txt:2 stop_id: unknown_reference \(p1\)/) as string,
  });
});
