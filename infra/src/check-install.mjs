/** Runs before `npm start` and `npm test`, on whatever Node the machine has: plain JavaScript, no packages. */
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../../node_modules/node/bin/node', import.meta.url))) {
  console.error('The packages are not installed yet. Run first: npm ci');
  process.exit(1);
}
