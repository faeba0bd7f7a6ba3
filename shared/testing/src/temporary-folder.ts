/** A folder of its own for a test, under the system's temporary files. */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder may be entered (not listed) by any account, as PostgreSQL runs under another when we are root. */
export function makeTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedong-test-'));
  chmodSync(folder, 0o711);
  return folder;
}
