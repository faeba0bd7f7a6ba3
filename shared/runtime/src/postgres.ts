/** PostgreSQL through kysely: pool, migrations, and the text of a schema for the committed schema.sql. */
import { Kysely, Migrator, PostgresDialect, sql, type Migration } from 'kysely';
import { Pool, types } from 'pg';

export interface DatabaseOptions {
  url: string;
  /** Every service has a schema of its own; it is first on the search path. */
  schema: string;
  poolSize: number;
}

// bigint as number: sequence numbers and counts stay far below 2^53. Dates stay text.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
});
types.setTypeParser(types.builtins.DATE, (text) => text);

export function openDatabase<Tables>({ url, schema, poolSize }: DatabaseOptions): Kysely<Tables> {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    options: `-c search_path=${schema}`,
    connectionTimeoutMillis: 3000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 15_000,
  });
  // A connection that breaks, idle or in use, must not end the program: the query under way fails by itself.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Brings the schema to the newest migration. Throws where one fails: migrateToLatest itself never does. */
export async function migrate<T>(
  db: Kysely<T>,
  schema: string,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableSchema: schema,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error });
  return (results ?? []).map(({ migrationName }) => migrationName);
}

/** True when the database answers. */
export async function databaseAnswers<T>(db: Kysely<T>): Promise<boolean> {
  return sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
}

/** The tables, constraints and indexes of a schema as readable SQL, in a stable order; partitions are left out. */
export async function describeSchema<T>(db: Kysely<T>, schema: string): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    with tables as (
      select c.oid, c.relname, c.relkind from pg_class c
      where c.relnamespace = ${schema}::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname not like 'kysely%'
    ), columns as (
      select t.oid, string_agg(format(E'  %s %s%s%s', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end,
        case when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid)
             when a.attidentity <> '' then ' generated as identity' else '' end), E',\n' order by a.attnum) as body
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum group by t.oid
    ), constraints as (
      select t.oid, string_agg(format(E',\n  constraint %s %s', quote_ident(k.conname), pg_get_constraintdef(k.oid)), ''
        order by k.contype, k.conname) as body
      from tables t join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'c', 'f', 'x') group by t.oid
    ), indexes as (
      select t.oid, string_agg(pg_get_indexdef(i.indexrelid) || E';\n', '' order by x.relname) as body
      from tables t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid
      where not exists (select from pg_constraint k where k.conindid = i.indexrelid) group by t.oid
    ), triggers as (
      select t.oid, string_agg(pg_get_triggerdef(g.oid) || E';\n', '' order by g.tgname) as body
      from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal group by t.oid
    )
    select format(E'create table %s (\n%s%s\n)%s;\n%s%s', quote_ident(t.relname), c.body, k.body,
      case when t.relkind = 'p' then ' partition by ' || pg_get_partkeydef(t.oid) else '' end, i.body, g.body) as text
    from tables t join columns c using (oid) left join constraints k using (oid)
    left join indexes i using (oid) left join triggers g using (oid) order by t.relname`.execute(db);
  return rows.map(({ text }) => text).join('\n');
}
