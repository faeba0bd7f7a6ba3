/** A database and a role for each service: what the issuer knows about riders, the operator's role cannot read. */
import { Client } from 'pg';
import type { PostgresServer } from './postgres.ts';

/** Makes the database `name` owned by the role `name`, or brings the role's password up to date. */
export async function ensureDatabase(
  server: PostgresServer,
  name: string,
  password: string,
): Promise<string> {
  const client = new Client({ connectionString: server.urlOf('postgres') });
  await client.connect();
  try {
    const exists = await client.query('select from pg_roles where rolname = $1', [name]);
    const verb = exists.rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role ${name} login password ${client.escapeLiteral(password)}`);
    const database = await client.query('select from pg_database where datname = $1', [name]);
    if (database.rowCount === 0) {
      await client.query(`create database ${name} owner ${name}`);
      await client.query(`revoke all on database ${name} from public`);
    }
  } finally {
    await client.end();
  }
  return server.urlOf(name, { name, password });
}
