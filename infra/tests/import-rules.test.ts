/** The import rules of ARCHITECTURE.md are kept by lint: each forbidden import is refused, each allowed one is not. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterAll, expect, it } from 'vitest';
import { projectRoot } from '../src/project.ts';

const folder = makeTemporaryFolder();
copyFileSync(join(projectRoot, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
afterAll(() => rmSync(folder, { recursive: true }));

function lint(file: string, source: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  const { stdout } = spawnSync(join(projectRoot, 'node_modules/.bin/oxlint'), [file], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(path);
  return stdout;
}

it.each([
  ['shared/ticket/src/decode.ts', "import 'node:fs';", 'This package runs in a browser: no Node modules.'],
  ['shared/fares/src/price.ts', "import '@vedong/runtime/log';", 'The pure packages import only each other.'],
  ['shared/travel/src/tap.ts', 'export const now = Date.now();', 'The pure packages never read a clock'],
  ['shared/ticket/src/fetch.ts', "await fetch('/');", 'The pure packages do no I/O.'],
  ['shared/contracts/src/common.ts', "import 'node:crypto';", 'Contracts are shared with the web pages'],
  [
    'shared/contracts/src/common.ts',
    "import '@vedong/runtime/log';",
    'Contracts build on the pure packages only.',
  ],
  ['shared/ticket/src/decode.ts', "import '../../runtime/src/log.ts';", 'Import packages by name'],
  ['shared/runtime/src/log.ts', "import '@vedong/issuer/app';", 'shared never imports services.'],
  ['services/validator/src/judge.ts', "import '@vedong/issuer/app';", 'Services never import each other'],
  [
    'services/operator/src/app.ts',
    "import '@vedong/infra/postgres';",
    'A service does not import what runs it.',
  ],
  ['services/operator/src/app.ts', "import '../../issuer/src/app.ts';", 'Import packages by name'],
])('%s refuses: %s', (file, source, message) => {
  expect(lint(file, source)).toContain(message);
});

it('allows what the rules allow', () => {
  expect(lint('shared/fares/src/price.ts', "import '@vedong/travel';")).toContain('0 errors');
  expect(lint('services/issuer/src/app.ts', "import '@vedong/contracts';")).toContain('0 errors');
});
