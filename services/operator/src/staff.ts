/** The staff command: who may sign in to the console. */
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { ConfigError } from '@vedong/runtime/config';
import { shortName } from '@vedong/contracts';
import { z } from 'zod';
import { runCommand } from '@vedong/runtime/command';
import { readDatabaseUrl } from './config.ts';
import { openOperatorDatabase } from './db/database.ts';
import { disableStaff, listStaff, saveStaff } from './db/staff.ts';
import type { Db } from './db/tables.ts';
import { hashPassword } from './password.ts';

const usage = `Usage:
  node src/staff.ts add <email> <name>   add an account, or give an existing one a new name and password;
                                         the password is read from standard input, or made and printed
  node src/staff.ts list
  node src/staff.ts disable <email>      end its sessions and let it sign in no more
`;

function read<S extends z.ZodType>(what: string, schema: S, word: string | undefined): z.output<S> {
  const parsed = schema.safeParse(word);
  if (!parsed.success) throw new ConfigError(`"${word ?? ''}" is not ${what}.\n\n${usage}`);
  return parsed.data;
}

const readEmail = (word: string | undefined) =>
  read('an e-mail address', z.email().max(200).toLowerCase(), word);

async function run(db: Db, [command, ...words]: string[]): Promise<string> {
  switch (command) {
    case 'add':
      return add(db, readEmail(words[0]), read('a name', shortName, words[1]));
    case 'list': {
      const staff = await listStaff(db);
      return staff.map((s) => `${s.email}\t${s.name}${s.disabled_at ? '\tdisabled' : ''}\n`).join('');
    }
    case 'disable': {
      const email = readEmail(words[0]);
      return (await disableStaff(db, email)) ? `${email} is disabled\n` : `there is no account ${email}\n`;
    }
    default:
      throw new ConfigError(usage);
  }
}

async function add(db: Db, email: string, name: string): Promise<string> {
  const given = process.stdin.isTTY ? '' : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (given && given.length < 12) throw new ConfigError('The password must have at least 12 characters.');
  const password = given || randomBytes(15).toString('base64url');
  await saveStaff(db, { email, name, passwordHash: await hashPassword(password) });
  return given ? `${email} may sign in\n` : `${email} may sign in with the password ${password}\n`;
}

await runCommand(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const db = openOperatorDatabase(readDatabaseUrl(), 1);
  try {
    process.stdout.write(await run(db, positionals));
  } finally {
    await db.destroy();
  }
});
