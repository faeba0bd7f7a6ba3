/** The migrate command: brings the operator's database to the newest schema. */
import { runCommand } from '@vedong/runtime/command';
import { readDatabaseUrl } from './config.ts';
import { migrateOperator } from './db/database.ts';

await runCommand(async () => {
  const names = await migrateOperator(readDatabaseUrl());
  process.stdout.write(names.length > 0 ? `migrated: ${names.join(', ')}\n` : 'nothing to migrate\n');
});
