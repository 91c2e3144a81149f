import type pg from 'pg';
import type { Row } from '@tank/contracts';
import { QueryFailed, type UpdateResult } from '../source.js';
import { valuesFor, type Plan } from './postgres-plan.js';

/** Fails the whole call when the connection is to blame, and gives the row's own failure otherwise. */
export type FailureOfRow = (error: unknown) => QueryFailed;

/**
 * Runs a statement for each row. All are sent at once in one transaction; when any of them fails nothing of it stays, and
 * each row is done again alone, so that a bad row never touches the others.
 */
export async function updateRows(client: pg.ClientBase, plan: Plan, rows: Row[], failureOf: FailureOfRow): Promise<UpdateResult[]> {
  return (await inOneTransaction(client, plan, rows)) ?? oneByOne(client, plan, rows, failureOf);
}

async function inOneTransaction(client: pg.ClientBase, plan: Plan, rows: Row[]): Promise<UpdateResult[] | undefined> {
  const bound = rows.map((row) => valuesFor(plan, row));
  const [, ...answers] = await Promise.allSettled([
    client.query('BEGIN'),
    ...bound.map((values) => client.query({ name: plan.name, text: plan.numbered.text, values })),
    // After a failed statement the server turns this into a ROLLBACK, and says so.
    client.query('COMMIT'),
  ]);
  const end = answers.pop()!;
  if (end.status === 'rejected' || end.value.command !== 'COMMIT') return undefined;
  const results = answers.map((answer) => (answer.status === 'fulfilled' ? { changed: answer.value.rowCount ?? 0 } : undefined));
  return results.every((result) => result !== undefined) ? results : undefined;
}

async function oneByOne(client: pg.ClientBase, plan: Plan, rows: Row[], failureOf: FailureOfRow): Promise<UpdateResult[]> {
  const results: UpdateResult[] = [];
  for (const row of rows) {
    try {
      const { rowCount } = await client.query({ name: plan.name, text: plan.numbered.text, values: valuesFor(plan, row) });
      results.push({ changed: rowCount ?? 0 });
    } catch (error) {
      results.push({ failed: failureOf(error) });
    }
  }
  return results;
}
