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
  missing.push(...unknownRecipientColumns(definition));
  need(definition.sender !== null, 'sender', 'There is no sender: set sender.address.');
  need(definition.template !== null, 'template', 'There is no template: write its subject and body.');
  return missing;
}

/**
 * The key comes from the Target Query alone, address and name from it or the Mapping Query. A query whose columns are not
 * known might give anything.
 */
function unknownRecipientColumns({ recipient, target, mapping }: AutomationDefinition): { field: string; sentence: string }[] {
  if (!recipient || !target) return [];
  const both = mapping ? [target, mapping] : [target];
  const asked = [['keyColumn', [target]], ['addressColumn', both], ['nameColumn', both]] as const;
  return asked.flatMap(([field, queries]) => {
    const name = recipient[field];
    const isKnown = queries.every(({ columns }) => columns.length > 0);
    const columns = queries.flatMap((query) => query.columns.map((column) => column.name));
    if (name === undefined || !isKnown || columns.some((column) => column.toLowerCase() === name.toLowerCase())) return [];
    const from = queries.length > 1 ? 'neither the Target Query nor the Mapping Query gives; their' : 'the Target Query does not give; its';
    return [{ field: `recipient.${field}`, sentence: `recipient.${field} names "${name}", which ${from} columns are ${columns.join(', ')}.` }];
  });
}

/** The source could not be asked when the query was written. */
function isUnchecked(query: QueryDefinition | null): boolean {
  return query !== null && query.checkedAt === null;
}
