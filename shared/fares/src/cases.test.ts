import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { priceFolder } from '../commands/price-folder.ts';
import { listCaseFolders, ownFolder } from '../tests/case-folders.ts';

const command = fileURLToPath(new URL('../commands/price-cases.ts', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vedong-fares-'));

afterAll(() => rmSync(scratch, { recursive: true }));

interface Case {
  id: string;
  note?: string;
  expect: { currency: string | null; total: string | null };
}

it.each(listCaseFolders())('prices the cases of %s', (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: Case[] };
  const answers = priceFolder(folder).map(({ id, total, currency }) => ({ id, total, currency }));
  expect(cases.length).toBeGreaterThan(0);
  expect(answers).toEqual(cases.map(({ id, expect: { total, currency } }) => ({ id, total, currency })));
});

describe('fares:price', () => {
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });

  /** A copy of a feed with some files rewritten. */
  function copyOf(feed: string, rewrite: Record<string, (text: string) => string>): string {
    const folder = mkdtempSync(join(scratch, 'feed-'));
    cpSync(join(ownFolder, feed), folder, { recursive: true });
    for (const [name, change] of Object.entries(rewrite))
      writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));
    return folder;
  }

  it('prints a line for each case, with the steps, and needs no expectations', () => {
    const withoutExpectations = (text: string): string =>
      JSON.stringify(
        JSON.parse(text, (key, value: unknown) => (/^(expect|note)$/.test(key) ? undefined : value)),
      );
    const { status, stdout } = run(copyOf('river-city', { 'cases.json': withoutExpectations }));
    const lines = stdout.trim().split('\n');
    expect(status).toBe(0);
    expect(lines).toHaveLength(19);
    expect(JSON.parse(lines[12] ?? '')).toMatchObject({
      id: 'river-city-13',
      total: '1.90',
      currency: 'EUR',
      steps: [
        { kind: 'leg', fareProductId: 'tram', amount: '1.60', productAmount: '1.60' },
        { kind: 'transfer', fareProductId: 'change', amount: '0.30', rule: { line: 2 } },
        { kind: 'leg', fareProductId: 'rest', amount: '0.00', productAmount: '2.50' },
      ],
    });
  });

  it('ends with 2 and every problem of the feed', () => {
    const { status, stdout, stderr } = run(
      copyOf('river-city', {
        'fare_products.txt': (text) => text.replace('2.00', '2.001').replace('EUR', 'EURO'),
        'areas.txt': (text) => text.replace('hill,Hill\n', ''),
      }),
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n').slice(1, -1)).toEqual([
      '  fare_products.txt:2:currency: not_a_currency ("EURO")',
      '  stop_areas.txt:4:area_id: unknown_reference ("hill")',
      '  fare_leg_rules.txt:5:to_area_id: unknown_reference ("hill")',
      '  fare_products.txt:3:amount: too_precise ("2.001")',
    ]);
  });

  it('ends with 2 and one plain message for a folder or cases that cannot be read', () => {
    const broken = copyOf('river-city', { 'cases.json': (text) => text.slice(0, 100) });
    const badTime = copyOf('river-city', { 'cases.json': (text) => text.replace('T08:00:00+00:00', '') });
    const attempts: [args: string[], message: RegExp][] = [
      [[], /^usage: /],
      [['one', 'two'], /^usage: /],
      [['--nonsense'], /^usage: /],
      [[join(scratch, 'none')], /none cannot be priced: .*no such file/],
      [[broken], /cannot be priced: .*cases\.json is not JSON/],
      [[badTime], /not a moment of ISO 8601 with offset/],
    ];
    for (const [args, message] of attempts) {
      const { status, stdout, stderr } = run(...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    }
  });
});
