/** A PostgreSQL database of its own for a test file, on the run's shared cluster. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** Its address, for the service under test. */
  url: string;
  drop(): Promise<void>;
}

/**
 * Creates an empty database and migrates it. Call `drop()` in afterAll, after closing the pools that use it.
 * @param migrate brings the database at the given address to the newest schema
 */
export async function createTestDatabase(migrate: (url: string) => Promise<unknown>): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onCluster(`create database ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  await migrate(url.href);
  return { url: url.href, drop: () => onCluster(`drop database ${name} with (force)`) };
}

async function onCluster(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
