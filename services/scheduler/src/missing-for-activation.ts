import type { AutomationDefinition, InBoth, QueryDefinition } from '@tank/contracts';

const QUERIES = [
  ['target', 'Target Query', '대상 쿼리'],
  ['mapping', 'Mapping Query', '매핑 쿼리'],
  ['update', 'Update Query', '업데이트 쿼리'],
] as const;

export interface Missing {
  field: string;
  sentence: InBoth;
}

/** All that keeps a draft from being activated, one sentence each, with the field it is about. */
export function missingForActivation(definition: AutomationDefinition): Missing[] {
  const missing: Missing[] = [];
  const need = (isThere: boolean, field: string, ...sentence: InBoth) => isThere || missing.push({ field, sentence });
  need(definition.connectionId !== null, 'connectionId', 'No connection is chosen: set connectionId.', '연결을 선택하지 않았습니다. connectionId를 지정하세요.');
  need(definition.target !== null, 'target', 'There is no Target Query: write the SELECT that says who is due.', '대상 쿼리가 없습니다. 발송 대상을 조회하는 SELECT를 작성하세요.');
  for (const [field, name, nameKo] of QUERIES) {
    need(!isUnchecked(definition[field]), field,
      `The ${name} has not been checked: the automation cannot be activated until the query has been checked. Save it again while the source can be reached.`,
      `${nameKo}를 아직 검사하지 못해 활성화할 수 없습니다. DB에 연결될 때 다시 저장하세요.`);
  }
  need(definition.recipient !== null, 'recipient', 'The recipient columns are not named: set recipient.keyColumn and recipient.addressColumn.', '수신자 컬럼을 지정하지 않았습니다. recipient.keyColumn과 recipient.addressColumn을 지정하세요.');
  missing.push(...unknownRecipientColumns(definition));
  need(definition.sender !== null, 'sender', 'There is no sender: set sender.address.', '발신자가 없습니다. sender.address를 지정하세요.');
  need(definition.template !== null, 'template', 'There is no template: write its subject and body.', '템플릿이 없습니다. 제목과 본문을 작성하세요.');
  return missing;
}

/**
 * The key comes from the Target Query alone, address and name from it or the Mapping Query. A query whose columns are not
 * known might give anything.
 */
function unknownRecipientColumns({ recipient, target, mapping }: AutomationDefinition): Missing[] {
  if (!recipient || !target) return [];
  const both = mapping ? [target, mapping] : [target];
  const asked = [['keyColumn', [target]], ['addressColumn', both], ['nameColumn', both]] as const;
  return asked.flatMap(([field, queries]) => {
    const name = recipient[field];
    const isKnown = queries.every(({ columns }) => columns.length > 0);
    const columns = queries.flatMap((query) => query.columns.map((column) => column.name));
    if (name === undefined || !isKnown || columns.some((column) => column.toLowerCase() === name.toLowerCase())) return [];
    const from = queries.length > 1 ? 'neither the Target Query nor the Mapping Query gives; their' : 'the Target Query does not give; its';
    return [{
      field: `recipient.${field}`,
      sentence: [
        `recipient.${field} names "${name}", which ${from} columns are ${columns.join(', ')}.`,
        `recipient.${field}의 "${name}"이(가) 쿼리 결과에 없습니다. 컬럼: ${columns.join(', ')}.`,
      ],
    }];
  });
}

/** The source could not be asked when the query was written. */
function isUnchecked(query: QueryDefinition | null): boolean {
  return query !== null && query.checkedAt === null;
}
