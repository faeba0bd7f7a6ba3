import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../commands/verify-cases.ts', import.meta.url));
const vectors = fileURLToPath(new URL('../vectors/cases.json', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vedong-cases-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file and returns its path. */
function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const linesOf = (path: string): string[] =>
  execFileSync(process.execPath, [command, '--cases', path], { encoding: 'utf8' }).trim().split('\n');

describe('ticket:verify', () => {
  it('prints a line for each case and each sequence', () => {
    const file = JSON.parse(readFileSync(vectors, 'utf8')) as { cases: object[]; replay: object[] };
    const lines = linesOf(vectors);
    expect(lines).toHaveLength(file.cases.length + file.replay.length);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      id: 's-valid',
      outcome: 'valid',
      claims: { profile: 'S' },
    });
    expect(JSON.parse(lines.at(-1)!)).toEqual({ id: 'clock-back', answers: ['accepted', 'replayed'] });
  });

  it('answers alike without the expectations', () => {
    const blind = JSON.stringify(
      JSON.parse(readFileSync(vectors, 'utf8'), (name, value: unknown) =>
        name === 'expect' ? undefined : value,
      ),
    );
    expect(blind).not.toContain('expect');
    expect(linesOf(fileOf('blind.json', blind))).toEqual(linesOf(vectors));
  });

  it.each([
    ['no file named', [], /^usage: /],
    ['an unknown option', ['--case', 'x'], /^usage: /],
    ['a missing file', ['--cases', join(folder, 'none.json')], /cannot be read/],
    ['broken JSON', ['--cases', fileOf('broken.json', '{')], /cannot be read/],
  ])('ends with code 2 and one line for %s', (_, args, message) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each(['null', '[]', '{}', '{"trust":{"issuers":[]},"statusLists":[],"cases":[{"id":1}],"replay":[]}'])(
    'ends with code 2 for %s, which is no file of cases',
    (text) => {
      const { status, stderr } = spawnSync(
        process.execPath,
        [command, '--cases', fileOf('other.json', text)],
        {
          encoding: 'utf8',
        },
      );
      expect(status).toBe(2);
      expect(stderr).toMatch(/is not a file of VD1 cases/);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    },
  );
});
