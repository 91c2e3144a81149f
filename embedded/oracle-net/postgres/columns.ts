import type pg from 'pg';
import { OracleError, type OracleColumn, type OracleTypeName } from '../backend.ts';
import type { DialectName } from '../dialects.ts';
import { OID } from './values.ts';
import { oracleName } from './written-sql.ts';

/** What the catalog says of a table's column. */
interface Origin {
  nullable: boolean;
  /** Of the types in types.sql, which results do not name. */
  domain: string | null;
}

const ORIGINS = `
  SELECT attrelid || '.' || attnum AS key, NOT attnotnull AS nullable, CASE WHEN nspname = 'oracle_types' THEN typname::text END AS domain
  FROM unnest($1::oid[], $2::int[]) AS wanted (relation, number)
  JOIN pg_attribute ON attrelid = relation AND attnum = number
  JOIN pg_type ON pg_type.oid = atttypid
  JOIN pg_namespace ON pg_namespace.oid = typnamespace`;
const DOMAINS: Record<string, Pick<OracleColumn, 'type' | 'size'>> = {
  clob: { type: 'CLOB' }, nclob: { type: 'NCLOB' }, blob: { type: 'BLOB' }, nvarchar2: { type: 'NVARCHAR2', size: 2000 },
};
const LONGEST_TEXT = 4000;

/** Describes results in Oracle's terms. One for each session: it remembers what it asked the catalog. */
export class ResultColumns {
  readonly #dialect: DialectName;
  readonly #origins = new Map<string, Origin>();

  constructor(dialect: DialectName) {
    this.#dialect = dialect;
  }

  /** @throws OracleError for a type that Oracle has no like of. */
  async describe(client: pg.ClientBase, fields: pg.FieldDef[]): Promise<OracleColumn[]> {
    const unknown = fields.filter((field) => field.tableID > 0 && !this.#origins.has(keyOf(field)));
    if (unknown.length > 0) await this.#ask(client, unknown);
    return fields.map((field) => {
      const origin = this.#origins.get(keyOf(field));
      return { name: oracleName(field.name), ...this.#typeOf(field, origin), nullable: origin?.nullable ?? true };
    });
  }

  async #ask(client: pg.ClientBase, fields: pg.FieldDef[]): Promise<void> {
    const { rows } = await client.query(ORIGINS, [fields.map(({ tableID }) => tableID), fields.map(({ columnID }) => columnID)]);
    for (const { key, nullable, domain } of rows) this.#origins.set(key, { nullable, domain });
  }

  #typeOf({ dataTypeID: oid, dataTypeModifier: modifier, tableID }: pg.FieldDef, origin: Origin | undefined): Pick<OracleColumn, 'type' | 'size' | 'precision' | 'scale'> {
    const domain = DOMAINS[origin?.domain ?? ''];
    if (domain) return domain;
    const size = modifier >= 4 ? modifier - 4 : undefined;
    switch (oid) {
      case OID.bool:
        return this.#dialect === '23ai' ? { type: 'BOOLEAN' } : { type: 'NUMBER', precision: 1, scale: 0 };
      case OID.int2:
      case OID.int4:
      case OID.int8:
        return integer(oid, tableID > 0);
      case OID.numeric:
        return number(modifier);
      case OID.float4:
        return { type: 'BINARY_FLOAT' };
      case OID.float8:
        return { type: 'BINARY_DOUBLE' };
      case OID.bpchar:
        return { type: 'CHAR', size: size ?? 2000 };
      case OID.date:
        return { type: 'DATE' };
      case OID.timestamp:
        return modifier === 0 ? { type: 'DATE' } : timestamp('TIMESTAMP', modifier);
      case OID.timestamptz:
        return timestamp('TIMESTAMP WITH TIME ZONE', modifier);
      case OID.bytea:
        return { type: 'RAW', size: 2000 };
      case OID.uuid:
        return { type: 'VARCHAR2', size: 36 };
      case OID.text:
      case OID.varchar:
        return { type: 'VARCHAR2', size: size ?? LONGEST_TEXT };
      default:
        return other(oid);
    }
  }
}

function keyOf({ tableID, columnID }: pg.FieldDef): string {
  return `${tableID}.${columnID}`;
}

/** A count or a literal is a NUMBER without precision; a column of a table has one. */
function integer(oid: number, isColumn: boolean): Pick<OracleColumn, 'type' | 'precision' | 'scale'> {
  const precision = { [OID.int2]: 5, [OID.int4]: 10, [OID.int8]: 19 }[oid];
  return isColumn ? { type: 'NUMBER', precision, scale: 0 } : { type: 'NUMBER', precision: 0, scale: -127 };
}

/** The scale is a signed number of 11 bits. */
function number(modifier: number): Pick<OracleColumn, 'type' | 'precision' | 'scale'> {
  if (modifier < 4) return { type: 'NUMBER', precision: 0, scale: -127 };
  return { type: 'NUMBER', precision: (modifier - 4) >> 16, scale: (((modifier - 4) & 0x7ff) ^ 0x400) - 0x400 };
}

function timestamp(type: OracleTypeName, modifier: number): Pick<OracleColumn, 'type' | 'scale'> {
  return { type, scale: modifier < 0 ? 6 : modifier };
}

/** Types of the catalog that are text or numbers after all: "char", name, oid, unknown. */
function other(oid: number): Pick<OracleColumn, 'type' | 'size' | 'precision' | 'scale'> {
  if ([18, 19, 705].includes(oid)) return { type: 'VARCHAR2', size: 64 };
  if (oid === 26) return { type: 'NUMBER', precision: 10, scale: 0 };
  throw new OracleError(3115, 'unsupported network datatype or representation');
}
