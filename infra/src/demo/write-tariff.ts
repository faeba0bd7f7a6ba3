/** Writes the demo city's tariff anew after its facts have changed: `node infra/src/demo/write-tariff.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTariff, tariffFolder } from './tariff.ts';

mkdirSync(tariffFolder, { recursive: true });
for (const [name, text] of makeTariff()) writeFileSync(join(tariffFolder, name), text);
