import pg from 'pg';
import { scramVerifier } from './logs-db-roles.ts';

/** Makes a database unless it is there; returns its address for the same user. */
export async function ensureDatabase(adminUrl: string, name: string, owner?: string): Promise<string> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${owner ? ` OWNER ${pg.escapeIdentifier(owner)}` : ''}`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export interface CustomerDatabase {
  host: string;
  port: number;
  name: string;
  user: string;
  password: string;
  url: string;
}

/** A customer's database for the demo: its own role owns it, and no other role gets in. */
export async function ensureCustomerDatabase(adminUrl: string, name: string, password: string): Promise<CustomerDatabase> {
  const id = pg.escapeIdentifier(name);
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${id} LOGIN`);
    await client.query(`ALTER ROLE ${id} LOGIN PASSWORD ${pg.escapeLiteral(scramVerifier(password))}`);
  });
  const url = new URL(await ensureDatabase(adminUrl, name, name));
  await withClient(url.href, (client) => client.query(`REVOKE ALL ON DATABASE ${id} FROM PUBLIC`));
  Object.assign(url, { username: name, password });
  return { host: url.hostname, port: Number(url.port), name, user: name, password, url: url.href };
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
