import pg from 'pg';

/*
 * Two things the extended protocol can do and pg's Query cannot: describe a statement without executing it, and execute it
 * for a few rows only without a LIMIT in the author's text, which would change the plan. Both change one step of pg's
 * Query; pg is pinned, and the tests of postgres-source would notice a change of it.
 */
interface Wire {
  parse(message: { text: string; name: string }): void;
  describe(message: { type: 'S'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
}

interface QueryOptions {
  text: string;
  name?: string;
  values?: (string | null)[];
  rowMode?: 'array';
}

class DescribeOnly extends pg.Query {
  prepare(connection: Wire): void {
    connection.parse({ text: (this as unknown as QueryOptions).text, name: '' });
    connection.describe({ type: 'S', name: '' });
    connection.sync();
  }
}

class FirstRows extends pg.Query {
  constructor(options: QueryOptions, private readonly atMost: number, done: (error: Error | undefined, result: pg.QueryResult) => void) {
    super(options as pg.QueryConfig, done);
  }

  _getRows(connection: Wire): void {
    connection.execute({ portal: '', rows: this.atMost });
    connection.sync();
  }

  /** There are more rows: they stay where they are. */
  handlePortalSuspended(): void {}
}

/** The columns of a statement; none for one that returns no rows. It is parsed, and neither planned nor executed. */
export function describeStatement(client: pg.ClientBase, text: string): Promise<pg.FieldDef[]> {
  return new Promise((resolve, reject) => {
    client.query(new DescribeOnly({ text, queryMode: 'extended' } as pg.QueryConfig, (error, result) => (error ? reject(error) : resolve(result.fields))));
  });
}

/** Executes a named statement, kept prepared on this client, for at most so many rows. */
export function firstRows(client: pg.ClientBase, options: Required<Pick<QueryOptions, 'text' | 'name' | 'values'>>, atMost: number): Promise<pg.QueryArrayResult> {
  return new Promise((resolve, reject) => {
    client.query(new FirstRows({ ...options, rowMode: 'array' }, atMost, (error, result) => (error ? reject(error) : resolve(result as unknown as pg.QueryArrayResult))));
  });
}
