import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforePasswordChange, beforeSecondFactor, rolesTable } from './roles-table.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/roles.md'), 'utf8');

describe('docs/roles.md', () => {
  it('has the table that the gateway goes by (npm run docs:roles writes it)', () => {
    expect(/<!-- roles -->\n([\s\S]*)\n<!-- \/roles -->/.exec(page)?.[1]).toBe(rolesTable());
  });

  it('says what is possible before a temporary password is changed', () => {
    expect(page).toContain(beforePasswordChange());
  });

  it('says what is possible before a second factor that is needed is set up', () => {
    expect(page).toContain(`\n${beforeSecondFactor()}.`);
  });
});
