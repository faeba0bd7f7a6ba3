/** What the tests need beside npm packages: installed where we may, else named with the exact command. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findChromium } from './chromium.ts';
import { PlainError } from './plain-error.ts';
import { hasRedis } from './redis.ts';

type System = 'debian' | 'ubuntu' | 'fedora' | 'darwin';

interface Requirement {
  debianPackage: string;
  isThere: () => boolean;
  installWith: Record<System, string>;
}

/** Makes a disk fail for one test, which does something weaker without it, and says so. Not on every system. */
const strace = {
  debianPackage: 'strace',
  isThere: () => spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0,
};

const requirements: Requirement[] = [
  {
    debianPackage: 'redis-server',
    isThere: hasRedis,
    installWith: {
      debian: 'sudo apt-get install redis-server',
      ubuntu: 'sudo apt-get install redis-server',
      fedora: 'sudo dnf install redis',
      darwin: 'brew install redis',
    },
  },
  {
    debianPackage: 'chromium',
    isThere: () => findChromium() !== undefined,
    installWith: {
      debian: 'sudo apt-get install chromium',
      ubuntu: 'sudo snap install chromium', // its apt package only points to the snap
      fedora: 'sudo dnf install chromium',
      darwin: 'brew install --cask chromium',
    },
  },
];

/** On Debian as root installs what is missing; elsewhere a PlainError has the command to run. */
export function ensureTestRequirements(): void {
  const missing = requirements.filter(({ isThere }) => !isThere());
  const system = nameOfSystem();
  if (system === 'debian' && process.getuid?.() === 0) {
    installDebian([...missing, strace].filter(({ isThere }) => !isThere()));
    return;
  }
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const names = packages.join(' and ');
  const commands = missing.map(({ installWith }) => (installWith as Record<string, string>)[system]);
  throw new PlainError(
    commands.includes(undefined)
      ? `The tests need ${names}: install them with this system's package manager (CHROMIUM=<program> names a Chromium elsewhere).`
      : `The tests need ${names}. Run first: ${commands.join(' && ')}`,
  );
}

function installDebian(missing: readonly { debianPackage: string }[]): void {
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  console.log(`The tests need ${packages.join(' and ')}: installing from Debian's packages.`);
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...packages);
}

/** `darwin`, or the ID in os-release(5), such as `debian`. */
function nameOfSystem(): string {
  if (process.platform !== 'linux') return process.platform;
  try {
    return /^ID="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'linux';
  } catch {
    return 'linux';
  }
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: 'inherit', env });
  if (status !== 0)
    throw new PlainError(`"apt-get ${args.join(' ')}" failed, and the tests cannot run without it.`);
}
