/** The folder that keeps everything between starts: made when missing, refused in one sentence when unusable. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, systemErrorCode } from './plain-error.ts';

/** A new PostgreSQL takes 40 MB, its log of changes 16 MB at a time, and it must never run out. */
const leastFreeMegabytes = 200;

/** Makes sure that files can be made in the folder and that there is room; a PlainError says what is wrong. */
export function openDataFolder(folder: string): void {
  try {
    // Others may pass through but not list it: as root, PostgreSQL's account must reach its own folder inside.
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const probe = join(folder, '.probe');
    writeFileSync(probe, randomBytes(4096));
    rmSync(probe);
  } catch (error) {
    // What mkdir says below a folder of a read-only disk, or of /proc.
    if (systemErrorCode(error) === 'ENOENT') throw readOnly(folder);
    throw explainFileError(error, folder);
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeMegabytes = Math.floor((bavail * bsize) / 1e6);
  if (freeMegabytes < leastFreeMegabytes)
    throw new PlainError(
      `The disk of the data folder ${folder} is nearly full: ${freeMegabytes} MB are free and ${leastFreeMegabytes} MB are needed. ${elsewhere}`,
    );
}

const elsewhere = 'Make room, or choose another folder with VEDONG_DATA=<folder>.';

/** Turns what the system says about a file of the folder into a sentence; other errors come back as they are. */
export function explainFileError(error: unknown, folder: string): unknown {
  const { path } = error as { path?: string };
  if (path !== undefined && !path.startsWith(folder)) return error;
  switch (systemErrorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new PlainError(`The disk of the data folder ${folder} is full. ${elsewhere}`);
    case 'EROFS':
      return readOnly(folder);
    case 'EACCES':
    case 'EPERM':
      return new PlainError(
        `This user may not write in the data folder ${folder}: change its owner, or choose another with VEDONG_DATA=<folder>.`,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new PlainError(
        `The data folder ${folder} cannot be made, as a file is in its place: choose another with VEDONG_DATA=<folder>.`,
      );
    default:
      return error;
  }
}

function readOnly(folder: string): PlainError {
  return new PlainError(
    `The data folder ${folder} is on a read-only disk: choose another with VEDONG_DATA=<folder>.`,
  );
}

/** Secrets made at the first start; the file is only for its owner. */
export interface Secrets {
  keyEncryptionKey: string;
  serviceToken: string;
  issuerDatabasePassword: string;
  operatorDatabasePassword: string;
  /** Of the demo account at the operator's console. */
  staffPassword: string;
  /** The demo bank's private Ed25519 key, PEM. */
  bankNoticeKey: string;
  vnpayHashSecret: string;
  /** Signs what the demo bank is told to give back. */
  bankRefundSecret: string;
}

export function readOrMakeSecrets(folder: string): Secrets {
  const file = join(folder, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  const secret = () => randomBytes(32).toString('base64url');
  const secrets: Secrets = {
    keyEncryptionKey: secret(),
    serviceToken: secret(),
    issuerDatabasePassword: secret(),
    operatorDatabasePassword: secret(),
    staffPassword: randomBytes(9).toString('base64url'),
    bankNoticeKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    vnpayHashSecret: secret(),
    bankRefundSecret: secret(),
    ...kept, // a folder of an earlier version lacks the newest ones
  };
  if (Object.keys(kept).length < Object.keys(secrets).length)
    writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
