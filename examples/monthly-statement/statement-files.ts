import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_CUSTOMERS, STATEMENT_MONTH, type DemoCustomer } from './customers.ts';
import { drawStatement } from './statement-pdf.ts';

/** The demo's folder below the file root; nothing else there is touched. */
export const STATEMENT_FOLDER = `tank-demo/statement/${STATEMENT_MONTH}`;

/** What the customer's batch server leaves on the NAS. Files that are there already stay. */
export async function prepareStatementFiles(fileRootPath: string): Promise<void> {
  const folder = join(fileRootPath, STATEMENT_FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const customer of DEMO_CUSTOMERS) {
    for (const name of fileNamesOf(customer)) {
      const path = join(folder, name);
      if (existsSync(path)) continue;
      // Under its own name only when it is whole, as a batch server should.
      writeFileSync(`${path}.part`, customer.file === 'empty' ? '' : await drawStatement(customer));
      await rename(`${path}.part`, path);
    }
  }
}

/** The files of a customer: none, one, or one and a copy of it. */
export function fileNamesOf({ customerId, file }: DemoCustomer): string[] {
  if (file === 'missing') return [];
  const name = `${customerId}_statement.pdf`;
  return file === 'twice' ? [name, `${customerId}_statement (1).pdf`] : [name];
}
