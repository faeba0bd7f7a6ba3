/** What the tests need beside npm packages: installed where we may, else named with the exact command. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.ts';
import { PlainError } from './plain-error.ts';
import { hasRedis } from './redis.ts';

/** Debian's packages, each with the way to see that it is there. */
const requirements = [
  { debianPackage: 'redis-server', brewPackage: 'redis', isThere: hasRedis },
  { debianPackage: 'chromium', brewPackage: '--cask chromium', isThere: () => findChromium() !== undefined },
];

/** On Debian as root installs what is missing; elsewhere a PlainError has the command to run. */
export function ensureTestRequirements(): void {
  const missing = requirements.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const names = missing.map(({ debianPackage }) => debianPackage);
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    throw new PlainError(`The tests need ${names.join(' and ')}. Run first: ${commandFor(missing)}`);

  console.log(`The tests need ${names.join(' and ')}: installing from Debian's packages.`);
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...names);
}

function commandFor(missing: typeof requirements): string {
  return process.platform === 'darwin'
    ? missing.map(({ brewPackage }) => `brew install ${brewPackage}`).join(' && ')
    : `sudo apt-get update && sudo apt-get install ${missing.map(({ debianPackage }) => debianPackage).join(' ')}`;
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: 'inherit', env });
  if (status !== 0)
    throw new PlainError(`"apt-get ${args.join(' ')}" failed, and the tests cannot run without it.`);
}
