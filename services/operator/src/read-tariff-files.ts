/** Takes the fare files out of a GTFS folder or zip. Everything else in there, however large, is neither inflated nor read. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { TariffProblem } from '@vedong/contracts';
import { fareExtensionFileName, feedFileNames } from '@vedong/fares';
import { ServiceError } from '@vedong/runtime/problem';
import { type Entry, openPromise, type ZipFile } from 'yauzl';

/** Of inflated bytes: a national feed's stops and fare files stay below; memory needed is about 20 times as much. */
export const tariffLimits = {
  fileBytes: 16_000_000,
  totalBytes: 32_000_000,
  archiveEntries: 10_000,
} as const;

/** Names of files to their text. */
export type TariffTexts = ReadonlyMap<string, string>;
export type TariffFiles = { texts: TariffTexts } | { problems: TariffProblem[] };

const wantedNames = new Set([...feedFileNames, fareExtensionFileName]);

interface Source {
  name: string;
  open: () => Promise<Readable> | Readable;
  /** Of an entry of an archive. */
  crc32?: number;
}

export function readTariffFolder(folder: string): Promise<TariffFiles> {
  const sources = [...wantedNames].map((name) => ({
    name,
    open: () => createReadStream(join(folder, name)),
  }));
  return collect(sources);
}

/** Throws `broken_archive`. */
export async function readTariffArchive(path: string): Promise<TariffFiles> {
  let archive: ZipFile | undefined;
  try {
    archive = await openPromise(path, { autoClose: false });
    if (archive.entryCount > tariffLimits.archiveEntries) throw new Error('it has too many entries');
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) if (wantedNames.has(entry.fileName)) entries.push(entry);
    const opened = archive;
    const sources = entries.map((entry) => ({
      name: entry.fileName,
      crc32: entry.crc32,
      open: () => opened.openReadStreamPromise(entry),
    }));
    return await collect(sources);
  } catch (error) {
    throw new ServiceError(400, 'broken_archive', {
      detail: `The file is not a zip archive that can be read: ${(error as Error).message}. Make it anew and try again.`,
    });
  } finally {
    archive?.close();
  }
}

async function collect(sources: readonly Source[]): Promise<TariffFiles> {
  const texts = new Map<string, string>();
  const problems: TariffProblem[] = [];
  const report = (file: string, rule: string, value: number | null = null) =>
    problems.push({ file, line: null, field: null, rule, value: value === null ? null : String(value) });
  const seen = new Set<string>();
  let bytesLeft: number = tariffLimits.totalBytes;
  for (const { name, open, crc32: expected } of sources) {
    if (seen.has(name)) {
      report(name, 'duplicate_file');
      continue;
    }
    seen.add(name);
    const content = await readUpTo(open, Math.min(tariffLimits.fileBytes, bytesLeft));
    if (content === 'missing') continue;
    if (content === 'too_large') {
      if (bytesLeft < tariffLimits.fileBytes) report(name, 'files_too_large', tariffLimits.totalBytes);
      else report(name, 'file_too_large', tariffLimits.fileBytes);
      continue;
    }
    if (expected !== undefined && crc32(content) !== expected) throw new Error(`${name} is damaged`);
    bytesLeft -= content.length;
    try {
      texts.set(name, new TextDecoder('utf-8', { fatal: true }).decode(content));
    } catch {
      report(name, 'not_utf8');
    }
  }
  return problems.length > 0 ? { problems } : { texts };
}

/** Stops at the first byte too many. */
async function readUpTo(open: Source['open'], mostBytes: number): Promise<Buffer | 'missing' | 'too_large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of await open()) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) return 'too_large';
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw error;
  }
  return Buffer.concat(chunks);
}
