import pg from 'pg';
import { OracleError } from '../backend.ts';
import type { Described } from './steps.ts';
import { translate, type Translated, type TranslateOptions } from './translate.ts';
import { OID, type BindKind } from './values.ts';
import type { Numbering, Rendered, Wrap } from './written-sql.ts';

/** A statement of a client, ready for PostgreSQL. */
export interface Plan extends Rendered {
  translated: Translated;
  /** The place of each parameter among the binds. */
  places: number[];
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
const NOT_GROUPED = '42803';
const NO_OPERATOR = ['42883', '42804', '42725', '42846'];
const INTEGERS: number[] = [OID.int2, OID.int4, OID.int8];
const TEXTS: number[] = [OID.text, OID.varchar, OID.bpchar];
/** Of text that is compared with something else, or written into it. */
const GUESSES = [OID.numeric, OID.timestamp, OID.uuid];
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
    const made = await makePlan(translated, kinds, describe, noteText);
    this.#made += 1;
    return remember(this.#plans, key, { ...made, name: `tank_plan_${this.#made}` });
  }
}

/** Where an expression with a bind must be the same twice (GROUP BY), its name is one parameter in all its places, as in Oracle. */
async function makePlan(translated: Translated, kinds: BindKind[], describe: Describe, noteText: NoteText): Promise<Omit<Plan, 'name'>> {
  try {
    return await new PlanMaking(translated, 'places', kinds, describe, noteText).make();
  } catch (error) {
    const isRepeated = new Set(translated.out.binds).size < translated.out.binds.length;
    if (!isRepeated || !(error instanceof pg.DatabaseError) || error.code !== NOT_GROUPED) throw error;
    return new PlanMaking(translated, 'names', kinds, describe, noteText).make();
  }
}

/**
 * Finds the types of parameters. The database infers them from their places; what it infers is corrected where Oracle would
 * convert and PostgreSQL would not.
 */
class PlanMaking {
  readonly #translated: Translated;
  readonly #numbering: Numbering;
  readonly #places: number[];
  /** Of each parameter. */
  readonly #kinds: BindKind[];
  readonly #describe: Describe;
  readonly #noteText: NoteText;
  #wraps: { bind: Map<number, Wrap>; literal: Map<number, Wrap> } = { bind: new Map(), literal: new Map() };

  constructor(translated: Translated, numbering: Numbering, kinds: BindKind[], describe: Describe, noteText: NoteText) {
    this.#translated = translated;
    this.#numbering = numbering;
    this.#places = translated.out.parameters(numbering);
    this.#kinds = this.#places.map((place) => kinds[place]!);
    this.#describe = describe;
    this.#noteText = noteText;
  }

  async make(): Promise<Omit<Plan, 'name'>> {
    const first = await this.#firstPlan();
    await this.#wrapLiterals(first.types);
    this.#wrapBinds(first.types);
    const { bind, literal } = this.#wraps;
    const asText = first.declared.map((type, place) => (bind.has(place) ? OID.text : type));
    return this.#asTheClientTypes(bind.size + literal.size > 0 ? await this.#plan(asText) : first);
  }

  /** Binds of a subquery say nothing of their type there, and are of the wrong one outside: then it is guessed, place by place. */
  async #firstPlan(): Promise<Omit<Plan, 'name'>> {
    let declared = this.#kinds.map((kind): number => (kind === 'time' ? OID.timestamp : 0));
    for (;;) {
      try {
        return await this.#plan(declared);
      } catch (error) {
        if (!hasNoOperator(error)) throw error;
        const better = await this.#guessed(declared, Number(error.position));
        if (!better) throw error;
        declared = better;
      }
    }
  }

  /** A type for one more place with which the statement is right, or at least wrong further on. */
  async #guessed(declared: number[], wrongAt: number): Promise<number[] | undefined> {
    for (let place = 0; place < declared.length; place += 1) {
      if (declared[place] !== 0) continue;
      const kind = this.#kinds[place]!;
      for (const type of kind === 'text' || kind === 'null' ? GUESSES : [BY_KIND[kind]]) {
        const tried = declared.with(place, type);
        const error = await this.#plan(tried).then(() => undefined, (failure: unknown) => failure);
        if (error === undefined || (hasNoOperator(error) && Number(error.position) > wrongAt)) return tried;
      }
    }
    return undefined;
  }

  /** What is inferred to be text may be of another type for the client, and a fraction is no value of an integer. */
  async #asTheClientTypes(plan: Omit<Plan, 'name'>): Promise<Omit<Plan, 'name'>> {
    const declared = plan.declared.map((type, place) => {
      const [kind, found] = [this.#kinds[place]!, plan.types[place]!];
      if (['fraction', 'double'].includes(kind) && INTEGERS.includes(found)) return OID.numeric;
      return kind !== 'text' && kind !== 'null' && TEXTS.includes(found) ? BY_KIND[kind] : type;
    });
    if (declared.every((type, place) => type === plan.declared[place])) return plan;
    try {
      return await this.#plan(declared);
    } catch (error) {
      if (!hasNoOperator(error)) throw error;
      this.#noteText(plan);
      return plan;
    }
  }

  async #plan(given: number[]): Promise<Omit<Plan, 'name'>> {
    const rendered = this.#translated.out.render({ numbering: this.#numbering, ...this.#wraps });
    const declared = [...given];
    this.#noteText(rendered);
    for (;;) {
      try {
        const { fields, parameterTypes } = await this.#describe(rendered.text, declared);
        return { translated: this.#translated, places: this.#places, ...rendered, declared, types: parameterTypes, fields };
      } catch (error) {
        const untyped = error instanceof pg.DatabaseError && error.code === NO_TYPE ? Number(/\$(\d+)/.exec(error.message)?.[1]) : NaN;
        if (!(untyped > 0) || declared[untyped - 1] !== 0) throw error;
        declared[untyped - 1] = BY_KIND[this.#kinds[untyped - 1]!];
      }
    }
  }

  #wrapBinds(types: number[]): void {
    types.forEach((type, place) => {
      if (this.#kinds[place] === 'text' && BY_NLS[type]) this.#wraps.bind.set(place, BY_NLS[type]);
    });
  }

  /** PostgreSQL takes `due_date > '2026-01-01'` for a date by itself, Oracle only when the session's format says so. */
  async #wrapLiterals(types: number[]): Promise<void> {
    const { out } = this.#translated;
    if (out.literals === 0) return;
    const asParameters = out.render({ numbering: this.#numbering, literalsFrom: types.length });
    const found = await this.#describe(asParameters.text, types).catch(ignoreRefusal);
    found?.parameterTypes.slice(types.length).forEach((type, literal) => {
      if (BY_NLS[type]) this.#wraps.literal.set(literal, BY_NLS[type]);
    });
  }
}

/** Not every string may be a parameter; one that may not is not taken for a time either. */
function ignoreRefusal(error: unknown): undefined {
  if (error instanceof pg.DatabaseError) return undefined;
  throw error;
}

function hasNoOperator(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && NO_OPERATOR.includes(error.code ?? '');
}

function remember<T>(map: Map<string, T>, key: string, value: T): T {
  if (map.size >= MOST) map.delete(map.keys().next().value!);
  map.set(key, value);
  return value;
}
