/** The migrate command: brings the issuer's database to the newest schema. */
import { runCommand } from '@vedong/runtime/command';
import { readDatabaseUrl } from './config.ts';
import { migrateIssuer } from './db/database.ts';

await runCommand(async () => {
  const names = await migrateIssuer(readDatabaseUrl());
  process.stdout.write(names.length > 0 ? `migrated: ${names.join(', ')}\n` : 'nothing to migrate\n');
});
