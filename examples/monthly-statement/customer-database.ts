import pg from 'pg';
import { DEMO_CUSTOMERS, STATEMENT_MONTH } from './customers.ts';

/** The customer's own database: whom to send a statement, and what became of it. Tank sees it through three queries only. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS customer (
    customer_id text PRIMARY KEY,
    name        text NOT NULL,
    email       text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS statement (
    customer_id     text NOT NULL REFERENCES customer,
    statement_month text NOT NULL,
    amount          numeric(15) NOT NULL,
    due_date        date,
    points          int NOT NULL,
    send_status     text,
    sent_at         timestamptz,
    message_id      text,
    error_code      text,
    mail_id         text,
    run_id          uuid,
    PRIMARY KEY (customer_id, statement_month)
  );`;

const FILL_CUSTOMERS = `
  INSERT INTO customer SELECT * FROM jsonb_to_recordset($1) AS row (customer_id text, name text, email text)
  ON CONFLICT (customer_id) DO UPDATE SET name = excluded.name, email = excluded.email`;

const FILL_STATEMENTS = `
  INSERT INTO statement (customer_id, statement_month, amount, due_date, points)
  SELECT * FROM jsonb_to_recordset($1) AS row (customer_id text, statement_month text, amount numeric, due_date date, points int)
  ON CONFLICT (customer_id, statement_month) DO UPDATE SET amount = excluded.amount, due_date = excluded.due_date, points = excluded.points`;

/** As the customer's billing batch would: this month's statements are due, nothing is sent yet. */
const BILL_AGAIN = `
  UPDATE statement SET send_status = NULL, sent_at = NULL, message_id = NULL, error_code = NULL, mail_id = NULL, run_id = NULL
  WHERE statement_month = $1`;

/** Makes and fills the tables; what is there already stays. */
export async function prepareCustomerDatabase(url: string): Promise<void> {
  const customers = DEMO_CUSTOMERS.map(({ customerId, name, email }) => ({ customer_id: customerId, name, email }));
  const statements = DEMO_CUSTOMERS.map(({ customerId, amount, dueDate, points }) => ({
    customer_id: customerId, statement_month: STATEMENT_MONTH, amount, due_date: dueDate, points,
  }));
  await withClient(url, async (client) => {
    await client.query(TABLES);
    await client.query(FILL_CUSTOMERS, [JSON.stringify(customers)]);
    await client.query(FILL_STATEMENTS, [JSON.stringify(statements)]);
  });
}

export async function billAgain(url: string): Promise<void> {
  await withClient(url, (client) => client.query(BILL_AGAIN, [STATEMENT_MONTH]));
}

/** What the customer's own people see afterwards: send status by customer. */
export async function readSendStatus(url: string): Promise<{ customerId: string; sendStatus: string | null; errorCode: string | null; messageId: string | null; mailId: string | null }[]> {
  const { rows } = await withClient(url, (client) =>
    client.query('SELECT customer_id, send_status, error_code, message_id, mail_id FROM statement WHERE statement_month = $1 ORDER BY customer_id', [STATEMENT_MONTH]),
  );
  return rows.map((row) => ({ customerId: row.customer_id, sendStatus: row.send_status, errorCode: row.error_code, messageId: row.message_id, mailId: row.mail_id }));
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
