import { BUSINESS_DATE, findColumn, isPresent, type ColumnValue, type Row } from '@tank/contracts';

/** What one mail's texts can name: the row's columns, the template's defaults under them, and the run's business date. */
export class RowValues {
  readonly row: Row;
  /** Columns that had no value where one was needed, as the author wrote them. */
  readonly missing = new Set<string>();

  constructor(row: Row, businessDate: string, private readonly defaults: Record<string, string> = {}) {
    // Without a prototype: a column named "__proto__" or "constructor" is a column like any other.
    this.row = Object.assign(Object.create(null) as Row, row);
    for (const [column, value] of Object.entries(defaults)) {
      const name = findColumn(this.row, column) ?? column;
      if (!isPresent(this.row[name])) this.row[name] = value;
    }
    this.row[BUSINESS_DATE] = businessDate;
  }

  /** @returns undefined for a column that neither the row nor the defaults have, else its value, NULL and blank included. */
  find(column: string): ColumnValue | undefined {
    const name = findColumn(this.row, column);
    return name === undefined ? undefined : this.row[name];
  }

  /** A column whose default is the empty text may stay empty. */
  mayBeBlank(column: string): boolean {
    const name = findColumn(this.defaults, column);
    return name !== undefined && !isPresent(this.defaults[name]);
  }
}
