import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CUSTOMERS } from '../examples/monthly-statement/customers.ts';

/** Whatever was written or answered, and where it was found. */
export interface Written {
  where: string;
  text: string;
}

/** What says something of a customer of the demo: address, name, key. */
const PERSONAL = DEMO_CUSTOMERS.flatMap(({ customerId, name, email }) => [customerId, name, email]);

/** The log files below a folder, each whole. */
export function logFiles(stateDir: string): Written[] {
  const folder = join(stateDir, 'logs');
  return readdirSync(folder).map((name) => ({ where: name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Each place where a customer of the demo, or one of the secrets, can be read; at most the first of each. */
export function findLeaks(written: Written[], secrets: string[]): string[] {
  return written.flatMap(({ where, text }) => [
    ...secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: the secret ${secret.slice(0, 3)}…`),
    ...PERSONAL.filter((word) => text.includes(word)).flatMap((word) => lineWith(text, word).map((line) => `${where}: ${word} in ${line}`)),
  ]);
}

/** As a word: eight figures within a random id are nobody's key. */
function lineWith(text: string, word: string): string[] {
  const found = new RegExp(`(?<![0-9A-Za-z])${word.replaceAll('.', '\\.')}(?![0-9A-Za-z])`).exec(text);
  return found ? [text.slice(Math.max(0, found.index - 150), found.index + 100)] : [];
}
