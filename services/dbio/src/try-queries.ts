import type { Answer, Asks, Column, Row } from '@tank/contracts';
import { mergeMapping, MappingUnusable } from './merge-mapping.js';
import { queryError } from './sql/query-problem.js';
import { QueryFailed, SourceFailed, type Found, type Source, type Sources } from './source.js';
import { updateBindable } from './update-values.js';

/** Answers an author's questions about queries: are they right, and what do they give? */
export class TryQueries {
  constructor(private readonly sources: Sources) {}

  async check({ connectionId, purpose, sql, bindable }: Asks<'dbio.check-query'>): Promise<Answer<'dbio.check-query'>> {
    return this.answer(async () => {
      const source = await this.sources.sourceOf(connectionId);
      const checked = await source.check({ purpose, sql, bindable: purpose === 'update' ? updateBindable(bindable) : bindable });
      return { status: 'valid', ...checked };
    });
  }

  /** Rows as mails would have them. A row whose mapping finds nothing shows its mapping columns empty, where they are known. */
  async sample({ connectionId, targetSql, mappingSql, limit }: Asks<'dbio.sample'>): Promise<Answer<'dbio.sample'>> {
    return this.answer(async () => {
      const source = await this.sources.sourceOf(connectionId);
      const target = await source.sample(targetSql, limit);
      if (mappingSql === null) return { status: 'ok', ...target };
      const { columns } = await source.check({ purpose: 'mapping', sql: mappingSql, bindable: target.columns.map(({ name }) => name) });
      const rows: Row[] = [];
      for (const row of target.rows) rows.push(await mergedRow(source, mappingSql, columns, row));
      return { status: 'ok', columns: mergedColumns(target.columns, columns), rows };
    });
  }

  private async answer<T>(work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof QueryFailed) return { status: 'invalid' as const, error: error.error };
      if (error instanceof SourceFailed) return { status: 'unreachable' as const, problem: error.problem };
      throw error;
    }
  }
}

async function mergedRow(source: Source, sql: string, columns: Column[], row: Row): Promise<Row> {
  const found = await source.lookUp(sql, row);
  const shown: Found = found.rows.length > 0 ? found : { ...found, rows: [Object.fromEntries(columns.map(({ name }) => [name, null]))] };
  try {
    return mergeMapping(row, shown, undefined);
  } catch (error) {
    if (!(error instanceof MappingUnusable)) throw error;
    throw new QueryFailed(queryError(sql, { code: error.code, message: error.why }), 'query', error.message, { cause: error }, error.why[1]);
  }
}

function mergedColumns(target: Column[], mapping: Column[]): Column[] {
  const over = new Set(mapping.map(({ name }) => name.toLowerCase()));
  return [...target.filter(({ name }) => !over.has(name.toLowerCase())), ...mapping];
}
