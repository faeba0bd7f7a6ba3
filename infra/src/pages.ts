/** Builds the web pages with Vite, each only when its sources are newer than what was built. */
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlainError } from './plain-error.ts';
import { projectRoot } from './project.ts';

const pageNames = ['passenger-app', 'gate-app', 'operator-console'];

/** Brings services/<page>/dist up to date; a PlainError carries Vite's own words when a page does not build. */
export async function buildPages(): Promise<void> {
  await Promise.all(pageNames.map((name) => buildPage(join(projectRoot, 'services', name))));
}

async function buildPage(folder: string): Promise<void> {
  const builtAt = statSync(join(folder, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = [folder, join(projectRoot, 'shared'), join(projectRoot, 'package-lock.json')];
  if (sources.every((source) => lastChange(source) < builtAt)) return;
  const vite = join(projectRoot, 'node_modules/vite/bin/vite.js');
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: folder });
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    const [words] = stderr.split(/^ +at /m); // Vite's own words, without where in Vite
    throw new PlainError(`The page in ${folder} could not be built: ${words?.trim()}`);
  }
}

/** The newest change among a file or a folder's files, leaving out what is installed or built. */
function lastChange(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(path).filter((name) => !['node_modules', 'dist', 'tests'].includes(name));
  return Math.max(0, ...names.map((name) => lastChange(join(path, name))));
}
