/** The library of public vectors that may lie beside the project. */
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../shared/vectors/public/', import.meta.url);

/** Runs `define` with a file of the library; where there is no library, prints one line instead. */
export function withPublicVectors(file: string, define: (vectors: unknown) => void): void {
  if (existsSync(folder)) define(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  else console.log(`No vector library beside the project: ${file} not run; the project's own cases are.`);
}
