import type pg from 'pg';
import type { Row } from '@tank/contracts';
import { QueryFailed, type UpdateResult } from '../../source.js';
import { valuesFor, type Plan } from './postgres-plan.js';

/** Fails the whole call when the connection is to blame, and gives the row's own failure otherwise. */
export type FailureOfRow = (error: unknown) => QueryFailed;
type Values = (string | null)[];

/**
 * Runs a statement for each row. All are sent at once in one transaction; when any of them fails nothing of it stays, and
 * each row is done again alone, so that a bad row never touches the others.
 */
export async function updateRows(client: pg.ClientBase, plan: Plan, rows: Row[], failureOf: FailureOfRow): Promise<UpdateResult[]> {
  const bound = rows.map((row) => bindRow(plan, row, failureOf));
  const complete = bound.filter((values) => Array.isArray(values));
  const results = (await inOneTransaction(client, plan, complete)) ?? (await oneByOne(client, plan, complete, failureOf));
  return bound.map((values) => (Array.isArray(values) ? results.shift()! : { failed: values }));
}

/** A row may lack a column that the others have: a mail too large for the road comes without its values. */
function bindRow(plan: Plan, row: Row, failureOf: FailureOfRow): Values | QueryFailed {
  try {
    return valuesFor(plan, row);
  } catch (error) {
    return failureOf(error);
  }
}

async function inOneTransaction(client: pg.ClientBase, plan: Plan, rows: Values[]): Promise<UpdateResult[] | undefined> {
  const [, ...answers] = await Promise.allSettled([
    client.query('BEGIN'),
    ...rows.map((values) => execute(client, plan, values)),
    // After a failed statement the server turns this into a ROLLBACK, and says so.
    client.query('COMMIT'),
  ]);
  const end = answers.pop()!;
  if (end.status === 'rejected' || end.value.command !== 'COMMIT') return undefined;
  const results = answers.map((answer) => (answer.status === 'fulfilled' ? { changed: answer.value.rowCount ?? 0 } : undefined));
  return results.every((result) => result !== undefined) ? results : undefined;
}

async function oneByOne(client: pg.ClientBase, plan: Plan, rows: Values[], failureOf: FailureOfRow): Promise<UpdateResult[]> {
  const results: UpdateResult[] = [];
  for (const values of rows) {
    try {
      results.push({ changed: (await execute(client, plan, values)).rowCount ?? 0 });
    } catch (error) {
      results.push({ failed: failureOf(error) });
    }
  }
  return results;
}

function execute(client: pg.ClientBase, plan: Plan, values: Values): Promise<pg.QueryResult> {
  return client.query({ name: plan.name, text: plan.numbered.text, values });
}
