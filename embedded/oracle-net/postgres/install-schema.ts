import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

const TYPES = read('types.sql');
const CONTENT = `${read('functions.sql')}\n${read('dictionary.sql')}`;
const VERSION = createHash('sha256').update(CONTENT).digest('hex');
/** Any number will do that nobody else uses: two that install at once take turns. */
const LOCK = 7_361_521;

/**
 * Puts Oracle's types (schema `oracle_types`), functions and dictionary (`oracle_net`) into a database, unless these very
 * ones are there. The role needs CREATE on the database.
 */
export async function installOracleSchema(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`);
    await client.query(TYPES);
    const { rows } = await client.query("SELECT obj_description(to_regnamespace('oracle_net'), 'pg_namespace') AS version");
    if (rows[0]?.version !== VERSION) await replaceContent(client);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function replaceContent(client: pg.Client): Promise<void> {
  await client.query('SET client_min_messages = warning');
  await client.query('DROP SCHEMA IF EXISTS oracle_net CASCADE; CREATE SCHEMA oracle_net');
  await client.query('SET LOCAL search_path = oracle_net, pg_catalog');
  await client.query(CONTENT);
  await client.query(`COMMENT ON SCHEMA oracle_net IS '${VERSION}'`);
}

/** Names of the functions that PostgreSQL brings along. */
export async function functionsOfPostgres(url: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT DISTINCT proname::text AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace");
    return new Set(rows.map(({ name }: { name: string }) => name));
  } finally {
    await client.end();
  }
}
