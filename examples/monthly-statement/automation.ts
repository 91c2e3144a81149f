import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

export const AUTOMATION_NAME = '월간 이용대금 명세서 (데모)';

/** The automation as an author would enter it, in the order of the editor's pages. */
export const AUTOMATION = {
  basics: {
    name: AUTOMATION_NAME,
    description: '매월 이용대금 명세서를 PDF로 첨부해 보냅니다. Monthly statements with a PDF for each customer.',
    recipient: { keyColumn: 'customer_id', addressColumn: 'email', nameColumn: 'customer_name' },
    sender: { address: 'statement@hanbit-card.example', name: '한빛카드' },
    fileRules: [
      {
        name: '명세서',
        directory: 'tank-demo/statement/{{businessDate|shift:-1M|date:YYYYMM}}',
        file: '{{customer_id}}_*.pdf',
        displayName: '{{businessDate|shift:-1M|date:YYYY년 MM월}} 이용대금 명세서_{{customer_name}}.pdf',
        onMissing: 'skip' as const,
      },
    ],
  },
  target: { sql: read('target.sql') },
  mapping: { sql: read('mapping.sql') },
  update: { sql: read('update.sql') },
  template: {
    format: 'html' as const,
    subject: '[한빛카드] {{customer_name}}님의 {{businessDate|shift:-1M|date:YYYY년 M월}} 이용대금 명세서',
    body: read('template.html'),
  },
};

/** The same for a customer with Oracle: only the Update Query is written another way. */
export const AUTOMATION_ON_ORACLE = {
  ...AUTOMATION,
  basics: { ...AUTOMATION.basics, name: `${AUTOMATION_NAME} · Oracle` },
  update: { sql: read('update.oracle.sql') },
};
