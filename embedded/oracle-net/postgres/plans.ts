import pg from 'pg';
import { OracleError } from '../backend.ts';
import type { Described } from './steps.ts';
import { translate, type Translated, type TranslateOptions } from './translate.ts';
import { OID, type BindKind } from './values.ts';
import type { Rendered, Wrap } from './written-sql.ts';

/** A statement of a client, ready for PostgreSQL. */
export interface Plan extends Rendered {
  translated: Translated;
  /** What Parse is told of the parameters; 0 where the database finds the type by itself. */
  declared: number[];
  /** Types of the parameters, as the values must be written. */
  types: number[];
  fields: pg.FieldDef[];
  /** Of its prepared statement. */
  name: string;
}

/** Parses and describes; nothing is executed, and a failure ends no transaction. */
export type Describe = (text: string, declared: number[]) => Promise<Described>;
/** Told which text is tried, so that its errors find their way back. */
type NoteText = (rendered: Rendered) => void;

/** Of a parameter that its place says nothing of (`SELECT :x FROM dual`). */
const BY_KIND: Record<BindKind, number> = {
  null: OID.text, text: OID.text, integer: OID.numeric, fraction: OID.numeric, double: OID.float8, boolean: OID.bool, time: OID.timestamp, zoned: OID.timestamptz, bytes: OID.bytea,
};
/** Of text where a time is wanted. */
const BY_NLS: Record<number, Wrap> = {
  [OID.date]: (written) => `oracle_net.nls_date(${written})`,
  [OID.timestamp]: (written) => `oracle_net.nls_time(${written})`,
  [OID.timestamptz]: (written) => `oracle_net.nls_timestamp_tz(${written})`,
};
const NO_TYPE = '42P18';
const NO_OPERATOR = ['42883', '42804', '42725', '42846'];
const INTEGERS: number[] = [OID.int2, OID.int4, OID.int8];
const TEXTS: number[] = [OID.text, OID.varchar, OID.bpchar];
const MOST = 200;

/** The plans of one session, each made once. */
export class Plans {
  readonly #options: TranslateOptions;
  readonly #translated = new Map<string, Translated>();
  readonly #plans = new Map<string, Plan>();
  #made = 0;

  constructor(options: TranslateOptions) {
    this.#options = options;
  }

  /** @throws OracleError */
  translate(sql: string): Translated {
    const known = this.#translated.get(sql);
    if (known) return known;
    return remember(this.#translated, sql, translate(sql, this.#options));
  }

  /** `kinds`: what is bound, place by place; 'null' where that is not known. */
  async planFor(sql: string, kinds: BindKind[], describe: Describe, noteText: NoteText): Promise<Plan> {
    const key = `${kinds.join()} ${sql}`;
    const known = this.#plans.get(key);
    if (known) {
      noteText(known);
      return known;
    }
    const translated = this.translate(sql);
    if (kinds.length !== translated.out.binds.length) throw new OracleError(1008, 'not all variables bound');
    const made = await new PlanMaking(translated, kinds, describe, noteText).make();
    this.#made += 1;
    return remember(this.#plans, key, { ...made, name: `tank_plan_${this.#made}` });
  }
}

/**
 * Finds the types of parameters. The database infers them from their places; what it infers is corrected where Oracle would
 * convert and PostgreSQL would not.
 */
class PlanMaking {
  readonly #translated: Translated;
  readonly #kinds: BindKind[];
  readonly #describe: Describe;
  readonly #noteText: NoteText;
  #wraps: { bind: Map<number, Wrap>; literal: Map<number, Wrap> } = { bind: new Map(), literal: new Map() };

  constructor(translated: Translated, kinds: BindKind[], describe: Describe, noteText: NoteText) {
    this.#translated = translated;
    this.#kinds = kinds;
    this.#describe = describe;
    this.#noteText = noteText;
  }

  async make(): Promise<Omit<Plan, 'name'>> {
    const first = await this.#plan(this.#kinds.map((kind) => (kind === 'time' ? OID.timestamp : 0)));
    await this.#wrapLiterals(first.types);
    const wrapped = this.#wrapBinds(first.types) || this.#wraps.literal.size > 0 ? await this.#plan(first.declared) : first;
    return this.#withNumbers(wrapped);
  }

  /** A fraction is no value of an integer; a NUMBER that is inferred to be text may have been meant as one. */
  async #withNumbers(plan: Omit<Plan, 'name'>): Promise<Omit<Plan, 'name'>> {
    const declared = plan.declared.map((type, place) => {
      const [kind, found] = [this.#kinds[place]!, plan.types[place]!];
      if (['fraction', 'double'].includes(kind) && INTEGERS.includes(found)) return OID.numeric;
      return ['integer', 'fraction', 'double'].includes(kind) && TEXTS.includes(found) ? BY_KIND[kind] : type;
    });
    if (declared.every((type, place) => type === plan.declared[place])) return plan;
    try {
      return await this.#plan(declared);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || !NO_OPERATOR.includes(error.code ?? '')) throw error;
      this.#noteText(plan);
      return plan;
    }
  }

  async #plan(given: number[]): Promise<Omit<Plan, 'name'>> {
    const rendered = this.#translated.out.render(this.#wraps);
    const declared = [...given];
    this.#noteText(rendered);
    for (;;) {
      try {
        const { fields, parameterTypes } = await this.#describe(rendered.text, declared);
        return { translated: this.#translated, ...rendered, declared, types: parameterTypes, fields };
      } catch (error) {
        const untyped = error instanceof pg.DatabaseError && error.code === NO_TYPE ? Number(/\$(\d+)/.exec(error.message)?.[1]) : NaN;
        if (!(untyped > 0) || declared[untyped - 1] !== 0) throw error;
        declared[untyped - 1] = BY_KIND[this.#kinds[untyped - 1]!];
      }
    }
  }

  #wrapBinds(types: number[]): boolean {
    types.forEach((type, place) => {
      if (this.#kinds[place] === 'text' && BY_NLS[type]) this.#wraps.bind.set(place, BY_NLS[type]);
    });
    return this.#wraps.bind.size > 0;
  }

  /** PostgreSQL takes `due_date > '2026-01-01'` for a date by itself, Oracle only when the session's format says so. */
  async #wrapLiterals(types: number[]): Promise<void> {
    const { out } = this.#translated;
    if (out.literals === 0) return;
    const asParameters = out.render({ literalsFrom: out.binds.length });
    const found = await this.#describe(asParameters.text, types).catch(ignoreRefusal);
    found?.parameterTypes.slice(out.binds.length).forEach((type, literal) => {
      if (BY_NLS[type]) this.#wraps.literal.set(literal, BY_NLS[type]);
    });
  }
}

/** Not every string may be a parameter; one that may not is not taken for a time either. */
function ignoreRefusal(error: unknown): undefined {
  if (error instanceof pg.DatabaseError) return undefined;
  throw error;
}

function remember<T>(map: Map<string, T>, key: string, value: T): T {
  if (map.size >= MOST) map.delete(map.keys().next().value!);
  map.set(key, value);
  return value;
}
