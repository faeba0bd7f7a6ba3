/** The keys command: signing keys and the trust bundle, under the root key. */
import { ConfigError } from '@vedong/runtime/config';
import { instantOf, nowSeconds, systemClock } from '@vedong/runtime/clock';
import { runCommand } from '@vedong/runtime/command';
import { readKeysConfig } from './config.ts';
import { openIssuerDatabase } from './db/database.ts';
import { condemnKey, initKeys, listKeys, publishBundle, rotateKeys, type Ceremony } from './key-ceremony.ts';
import { createVault } from './vault.ts';

const usage = `Usage: node services/issuer/src/keys.ts COMMAND
  init              make what is missing and renew what is near its end; safe to repeat
  list              show the signing keys
  rotate            make a new signing key; the one before it is retired
  compromise <kid>  gates are to refuse what this key signed
  publish           sign the trust bundle anew`;

async function run(ceremony: Ceremony, [command, kid, ...rest]: string[]): Promise<void> {
  const takesKid = command === 'compromise';
  if (rest.length > 0 || takesKid !== (kid !== undefined)) throw new ConfigError(usage);
  switch (command) {
    case 'init':
      await initKeys(ceremony);
      break;
    case 'list':
      break;
    case 'rotate':
      await rotateKeys(ceremony);
      break;
    case 'compromise':
      await condemnKey(ceremony, kid ?? '');
      break;
    case 'publish':
      await publishBundle(ceremony);
      break;
    default:
      throw new ConfigError(usage);
  }
  for (const key of await listKeys(ceremony)) {
    const [from, until] = [instantOf(key.nbf * 1000), instantOf(key.exp * 1000)];
    process.stdout.write(`${key.kid}  ${key.status.padEnd(11)}  signs from ${from}  counts until ${until}\n`);
  }
}

await runCommand(async () => {
  const config = readKeysConfig();
  const db = openIssuerDatabase(config.databaseUrl, 1);
  const vault = createVault(config.keyEncryptionKey);
  try {
    await run({ db, vault, config, nowSeconds: nowSeconds(systemClock) }, process.argv.slice(2));
  } finally {
    await db.destroy();
  }
});
