/** The folders of fare cases: the project's own, and the public library where it lies beside the project. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ownFolder = fileURLToPath(new URL('../vectors/', import.meta.url));
const libraryFolder = fileURLToPath(new URL('../../../../shared/vectors/fares/', import.meta.url));

/** Every folder with cases; says in one line when there is no library. */
export function listCaseFolders(): string[] {
  const hasLibrary = existsSync(libraryFolder);
  if (!hasLibrary)
    console.log("No vector library beside the project: public fare cases not run; the project's own are.");
  return (hasLibrary ? [ownFolder, libraryFolder] : [ownFolder])
    .flatMap((folder) => readdirSync(folder).map((feed) => join(folder, feed)))
    .filter((folder) => existsSync(join(folder, 'cases.json')));
}
