import type { AutomationDefinition, QueryDefinition } from '@tank/contracts';

const QUERIES = [
  ['target', 'Target Query'],
  ['mapping', 'Mapping Query'],
  ['update', 'Update Query'],
] as const;

/** All that keeps a draft from being activated, one sentence each, with the field it is about. */
export function missingForActivation(definition: AutomationDefinition): { field: string; sentence: string }[] {
  const missing: { field: string; sentence: string }[] = [];
  const need = (isThere: boolean, field: string, sentence: string) => isThere || missing.push({ field, sentence });
  need(definition.connectionId !== null, 'connectionId', 'No connection is chosen: set connectionId.');
  need(definition.target !== null, 'target', 'There is no Target Query: write the SELECT that says who is due.');
  for (const [field, name] of QUERIES) need(!isUnchecked(definition[field]), field, `The ${name} has not been checked: the automation cannot be activated until the query has been checked. Save it again while the source can be reached.`);
  need(definition.recipient !== null, 'recipient', 'The recipient columns are not named: set recipient.keyColumn and recipient.addressColumn.');
  need(definition.sender !== null, 'sender', 'There is no sender: set sender.address.');
  need(definition.template !== null, 'template', 'There is no template: write its subject and body.');
  return missing;
}

/** The source could not be asked when the query was written. */
function isUnchecked(query: QueryDefinition | null): boolean {
  return query !== null && query.checkedAt === null;
}
