import pg from 'pg';

/*
 * Steps of the extended protocol that pg's Query does not offer: to describe a statement without executing it, to give the
 * types of parameters, to describe a cursor. Each changes one step of pg's Query; pg is pinned.
 */
interface Wire {
  parse(message: { text: string; name: string; types?: number[] }): void;
  bind(message: { portal: string; statement: string; values: (string | null)[] }): void;
  describe(message: { type: 'S' | 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
  on(event: 'parameterDescription', listener: (message: { dataTypeIDs: number[] }) => void): void;
  off(event: 'parameterDescription', listener: (message: { dataTypeIDs: number[] }) => void): void;
}

export interface Statement {
  text: string;
  /** Kept prepared under this name. */
  name?: string;
  /** Type oids of the parameters; 0 leaves it to the database. */
  types: number[];
  values: (string | null)[];
}

export interface Described {
  fields: pg.FieldDef[];
  parameterTypes: number[];
}

type Done = (error: Error | undefined, result: pg.QueryArrayResult) => void;
const AS_TEXT = { getTypeParser: () => (text: string) => text };

class DescribeOnly extends pg.Query {
  readonly #types: number[];
  parameterTypes: number[] = [];

  constructor(text: string, types: number[], done: Done) {
    super({ text, queryMode: 'extended' } as pg.QueryConfig, done as never);
    this.#types = types;
  }

  prepare(wire: Wire): void {
    wire.on('parameterDescription', this.note);
    wire.parse({ text: (this as unknown as Statement).text, name: '', types: this.#types });
    wire.describe({ type: 'S', name: '' });
    wire.sync();
  }

  readonly note = ({ dataTypeIDs }: { dataTypeIDs: number[] }): void => {
    this.parameterTypes = dataTypeIDs;
  };
}

class DescribeCursor extends pg.Query {
  readonly #cursor: string;

  constructor(cursor: string, done: Done) {
    super({ text: ' ', queryMode: 'extended' } as pg.QueryConfig, done as never);
    this.#cursor = cursor;
  }

  prepare(wire: Wire): void {
    wire.describe({ type: 'P', name: this.#cursor });
    wire.sync();
  }
}

class Execute extends pg.Query {
  readonly #statement: Statement;

  constructor(statement: Statement, done: Done) {
    super({ text: statement.text, name: statement.name, queryMode: 'extended', rowMode: 'array' } as pg.QueryConfig, done as never);
    this.#statement = statement;
  }

  prepare(wire: Wire & { submittedNamedStatements: Record<string, string> }): void {
    const { name = '', text, types, values } = this.#statement;
    if (!(this as unknown as { hasBeenParsed: (wire: Wire) => unknown }).hasBeenParsed(wire)) {
      wire.parse({ name, text, types });
      if (name) wire.submittedNamedStatements[name] = text;
    }
    wire.bind({ portal: '', statement: name, values });
    wire.execute({ portal: '', rows: 0 });
    wire.sync();
  }
}

/** Parses a statement; not to be sent beside another one like it. */
export async function describeStatement(client: pg.ClientBase, text: string, types: number[]): Promise<Described> {
  const wire = (client as unknown as { connection: Wire }).connection;
  let query: DescribeOnly | undefined;
  try {
    const { fields } = await sent(client, (done) => (query = new DescribeOnly(text, types, done)));
    return { fields, parameterTypes: query!.parameterTypes };
  } finally {
    wire.off('parameterDescription', query!.note);
  }
}

/** The columns of a cursor that was declared. */
export async function describeCursor(client: pg.ClientBase, cursor: string): Promise<pg.FieldDef[]> {
  return (await sent(client, (done) => new DescribeCursor(cursor, done))).fields;
}

/** Executes a statement that gives no rows. */
export function execute(client: pg.ClientBase, statement: Statement): Promise<pg.QueryArrayResult> {
  return sent(client, (done) => new Execute(statement, done));
}

/** Values are the text that PostgreSQL gives. */
export function fetchRows(client: pg.ClientBase, cursor: string, count: number): Promise<pg.QueryArrayResult<(string | null)[]>> {
  return client.query({ text: `FETCH FORWARD ${count} FROM ${cursor}`, rowMode: 'array', types: AS_TEXT as never });
}

/** Waits for all that was sent, and throws what failed first. */
export async function together<T extends unknown[]>(...answers: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(answers);
  return Promise.all(answers) as Promise<unknown> as Promise<T>;
}

function sent(client: pg.ClientBase, make: (done: Done) => pg.Query): Promise<pg.QueryArrayResult> {
  return new Promise((resolve, reject) => {
    client.query(make((error, result) => (error ? reject(error) : resolve(result))));
  });
}
