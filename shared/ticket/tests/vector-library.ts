/** Finds the library of public vectors that may lie beside the project, and says so where it does not. */
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../shared/vectors/', import.meta.url);

/** Reads a JSON file of the library; the test says what it holds. */
export type ReadVectors = (path: string) => unknown;

/** Runs `define` where the library is; its tests then are real ones. Elsewhere it prints one line. */
export function withVectorLibrary(what: string, define: (read: ReadVectors) => void): void {
  if (existsSync(folder)) {
    define((path): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8')));
  } else {
    console.log(`No vector library beside the project: ${what} not run; the project's own vectors are.`);
  }
}
