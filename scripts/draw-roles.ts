// `npm run docs:roles`: writes the table of who may what into docs/roles.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolesTable } from './roles-table.ts';

const page = join(import.meta.dirname, '../docs/roles.md');
writeFileSync(page, readFileSync(page, 'utf8').replace(/(<!-- roles -->\n)[\s\S]*(\n<!-- \/roles -->)/, (_, begin: string, end: string) => `${begin}${rolesTable()}${end}`));
