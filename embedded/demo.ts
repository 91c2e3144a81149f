import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isLoopback, type DemoSource } from './environment.ts';
import { roleUrlOf } from './logs-db-roles.ts';
import type { BroughtUp } from './bring-up.ts';

/** What the demo is given to prepare its customer and to drive its run. */
export interface DemoParts {
  apiUrl: string;
  /** Who signs in for it. */
  account: { name: string; password: string };
  /** The emulator: POST /v2/email/…, GET /store, its page at /. Always on loopback. */
  sesUrl: string;
  customerDbUrl: string;
  /** How Tank reaches the customer's database. */
  source: DemoSource;
  /** The log tables without a schema prefix, read-only. */
  logsReaderUrl: string;
  fileRootPath: string;
  /** False when FILE_ROOT_PATH named a folder of the user's own. */
  ownsFileRoot: boolean;
  report: (line: string) => void;
}

interface Demo {
  prepareDemo: (parts: DemoParts) => Promise<void>;
  runDemo: (parts: DemoParts) => Promise<{ completed: boolean }>;
}

/** Prepares the demo and runs it once; true when its run completed. */
export async function runDemoOn(checkout: string, given: { apiUrl: string; parts: BroughtUp; source: DemoSource; ownsFileRoot: boolean; report: (line: string) => void }): Promise<boolean> {
  const { apiUrl, parts, source, ownsFileRoot, report } = given;
  const sesUrl = parts.ses.endpoint;
  if (!isLoopback(sesUrl)) throw new Error(`The demo sends to nothing but this machine, not to ${sesUrl}.`);
  const program = join(checkout, 'examples/monthly-statement/run-demo.ts');
  if (!existsSync(program)) {
    report('no demo to run: examples/monthly-statement/run-demo.ts is not here');
    return false;
  }
  const demo = (await import(pathToFileURL(program).href)) as Demo;
  const logsReaderUrl = roleUrlOf(parts.logsDbUrl, 'reader', parts.rolePasswords);
  const demoParts = { apiUrl, account: parts.administrator, sesUrl, customerDbUrl: parts.customer.url, source, logsReaderUrl, fileRootPath: parts.fileRootPath, ownsFileRoot, report };
  await demo.prepareDemo(demoParts);
  return (await demo.runDemo(demoParts)).completed;
}
