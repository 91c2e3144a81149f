import type { InBoth } from '@tank/contracts';
import type { Expression } from 'acorn';
import { FillError } from '../template/fill-error.js';
import { isListed } from '../template/html-body.js';
import { escapeHtml } from '../template/escape-html.js';
import { Skeleton } from '../template/skeleton.js';
import type { Problem } from '../template/text-position.js';
import { areEqual, compileNode, holds, Missing, type Evaluate } from './expression.js';
import { parseExpression } from './expression-syntax.js';
import { textOf, type Scalar } from './expression-values.js';
import { MixinShelf } from './mixins.js';
import type { Scope } from './page.js';
import { readAttributes } from './tag-attributes.js';
import type { PugBlock, PugCase, PugCode, PugConditional, PugDoctype, PugEach, PugEachOf, PugMixin, PugNode, PugTag } from './syntax-tree.js';
import { DOCTYPES, refusalOfNode, VOID_TAGS } from './known-words.js';
import { inOrder, type Write } from './writing.js';

interface At {
  line: number;
  column?: number;
}
type Locals = ReadonlySet<string>;

const TAG_IN_PUG: InBoth = ['Write the tag in pug to put a value into an attribute: a(href=LINK).', '속성에 값을 넣으려면 태그를 pug로 쓰세요: a(href=LINK).'];
const LINE_OF_CODE: InBoth = [
  'A line of code ("- …") is not taken: show values with "= …" and choose with "if", "case" and "each".',
  '코드 줄("- …")은 쓸 수 없습니다. 값은 "= …"로 보여 주고 선택은 "if", "case", "each"로 하세요.',
];
const NOT_LISTED_AS_HTML: InBoth = [
  'Only a column that the template lists as HTML goes in unescaped: write "=" or "#{…}", or list the column.',
  'htmlColumns에 적은 컬럼만 이스케이프 없이 넣을 수 있습니다. "="나 "#{…}"로 쓰거나 컬럼을 htmlColumns에 추가하세요.',
];

/** Walks pug's syntax tree once: what is not named here is refused, with the place and what to write instead. */
export class TreeReader {
  readonly columns = new Set<string>();
  readonly skeleton = new Skeleton();
  /** `<br>` and `checked`, as in HTML 5, instead of `<br/>` and `checked="checked"`. */
  isTerse = false;
  private readonly problems: Problem[] = [];
  private readonly mixins = new MixinShelf();

  constructor(private readonly htmlColumns: string[]) {}

  read(tree: PugBlock): { write: Write; problems: Problem[] } {
    const write = this.block(tree, new Set());
    for (const { name, at } of this.mixins.unknown()) this.refuse(at, [`There is no mixin "${name}" in this template.`, `이 템플릿에 mixin "${name}"이(가) 없습니다.`]);
    const { places, problems } = this.skeleton.read();
    places.forEach((place, index) => {
      if (place && place.kind !== 'text') this.refuse(this.skeleton.positionOfMark(index), TAG_IN_PUG);
    });
    return { write, problems: [...this.problems, ...problems] };
  }

  refuse({ line, column }: At, message: InBoth): void {
    this.problems.push({ message, line, column: column ?? 1 });
  }

  /** An expression at a place of the template; a list is taken only where one can stand. */
  expression(source: string, at: At, locals: Locals, extra: { isStyle?: boolean; isList?: boolean } = {}): Evaluate {
    const node = this.syntax(source, at);
    return node ? this.evaluation(node, at, locals, extra) : () => undefined;
  }

  syntax(source: string, at: At): Expression | null {
    try {
      return parseExpression(source);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const said = error.message.replace(/ \(\d+:\d+\)$/, '');
      this.refuse(at, [`"${source}" cannot be read: ${said}.`, `"${source}"을(를) 읽을 수 없습니다. 식을 고치세요. (${said}.)`]);
      return null;
    }
  }

  evaluation(node: Expression, at: At, locals: Locals, extra: { isStyle?: boolean; isList?: boolean } = {}): Evaluate {
    return compileNode(node, { locals, columns: this.columns, refuse: (message) => this.refuse(at, message), ...extra });
  }

  block(block: PugBlock | null | undefined, locals: Locals): Write {
    return inOrder((block?.nodes ?? []).map((node) => this.node(node, locals)));
  }

  private node(node: PugNode, locals: Locals): Write | string {
    switch (node.type) {
      case 'Block': return this.block(node, locals);
      case 'Text': return this.fixed(node.val, node);
      case 'Code': return this.output(node, locals);
      case 'Tag': return this.tag(node, locals);
      case 'Doctype': return this.doctype(node);
      case 'Conditional': return this.conditional(node, locals);
      case 'Case': return this.choice(node, locals);
      case 'Each': case 'EachOf': return this.loop(node, locals);
      case 'Mixin': return node.call ? this.mixinCall(node, locals) : this.mixinDeclaration(node);
      case 'MixinBlock': return (page) => page.block?.();
      default:
        this.refuse(node, refusalOfNode(node.type));
        return '';
    }
  }

  private fixed(text: string, at: At, isVerbatim = true): string {
    this.skeleton.add(text, { line: at.line, column: at.column ?? 1 }, isVerbatim);
    return text;
  }

  private output(code: PugCode, locals: Locals): Write | string {
    if (!code.buffer) {
      this.refuse(code, LINE_OF_CODE);
      return '';
    }
    const node = this.syntax(code.val, code);
    if (!node) return '';
    if (!code.mustEscape && !this.isHtml(node, locals)) {
      this.refuse(code, NOT_LISTED_AS_HTML);
    }
    this.skeleton.mark({ line: code.line, column: code.column ?? 1 });
    const evaluate = this.evaluation(node, code, locals);
    return (page, scope) => {
      const value = evaluate(page, scope);
      if (value instanceof Missing) for (const column of value.columns) page.values.missing.add(column);
      else page.write(code.mustEscape ? escapeHtml(textOf(asText(value))) : textOf(asText(value)));
    };
  }

  /** A column listed as HTML, with or without a default that the author wrote. */
  private isHtml(node: Expression, locals: Locals): boolean {
    if (node.type === 'Identifier') return !locals.has(node.name) && isListed(this.htmlColumns, node.name);
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'default') return node.type === 'Literal';
    return node.arguments.every((argument) => argument.type !== 'SpreadElement' && this.isHtml(argument, locals));
  }

  private tag(tag: PugTag, locals: Locals): Write {
    for (const block of tag.attributeBlocks) this.refuse(block, ['Write the attributes one by one: &attributes is not taken.', '&attributes는 쓸 수 없습니다. 속성을 하나씩 쓰세요.']);
    const open = this.fixed(`<${tag.name}`, tag, false);
    const attributes = readAttributes(tag, this, locals);
    const isVoid = VOID_TAGS.has(tag.name);
    if (tag.selfClosing || isVoid) {
      if (tag.block.nodes.some((node) => node.type !== 'Text' || node.val.trim() !== '')) {
        this.refuse(tag, [`<${tag.name}> takes no content.`, `<${tag.name}> 안에는 내용을 넣을 수 없습니다.`]);
      }
      return inOrder([open, ...attributes, this.fixed(this.isTerse && !tag.selfClosing ? '>' : '/>', tag, false)]);
    }
    return inOrder([open, ...attributes, this.fixed('>', tag, false), this.block(tag.block, locals), this.fixed(`</${tag.name}>`, tag, false)]);
  }

  private doctype({ val, ...at }: PugDoctype): string {
    const name = val || 'html';
    if (/[<>]/.test(name)) this.refuse(at, ['Write "doctype html".', '"doctype html"로 쓰세요.']);
    const text = DOCTYPES[name.toLowerCase()] ?? `<!DOCTYPE ${name}>`;
    this.isTerse = text.toLowerCase() === '<!doctype html>';
    return this.fixed(text, at, false);
  }

  private conditional(node: PugConditional, locals: Locals): Write {
    const test = this.expression(node.test, node, locals);
    const yes = this.block(node.consequent, locals);
    const no = node.alternate?.type === 'Conditional' ? this.conditional(node.alternate, locals) : this.block(node.alternate, locals);
    return (page, scope) => (holds(test(page, scope), page) ? yes(page, scope) : no(page, scope));
  }

  /** A `when` without a block shares that of the next one. */
  private choice(node: PugCase, locals: Locals): Write {
    const chosen = this.expression(node.expr, node, locals);
    const whens = node.block.nodes.map((when) => ({
      isDefault: when.expr === 'default',
      value: when.expr === 'default' ? () => null : this.expression(when.expr, when, locals),
      write: when.block ? this.block(when.block, locals) : null,
    }));
    return (page, scope) => {
      const value = chosen(page, scope);
      const match = whens.findIndex((when) => !when.isDefault && areEqual(value, when.value(page, scope), page));
      const from = match < 0 ? whens.findIndex((when) => when.isDefault) : match;
      if (from >= 0) whens.slice(from).find(({ write }) => write)?.write?.(page, scope);
    };
  }

  private loop(node: PugEach | PugEachOf, locals: Locals): Write {
    const key = node.type === 'Each' ? node.key : null;
    if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(node.val)) {
      this.refuse(node, ['Name one variable: "each line in [1, 2, 3]".', '변수 이름 하나를 쓰세요: "each line in [1, 2, 3]".']);
    }
    const list = this.expression(node.obj, node, locals, { isList: true });
    const inside = new Set([...locals, node.val, ...(key ? [key] : [])]);
    const write = this.block(node.block, inside);
    const otherwise = node.type === 'Each' && node.alternate ? this.block(node.alternate, locals) : null;
    return (page, scope) => {
      const items = list(page, scope);
      if (items instanceof Missing) return items.columns.forEach((column) => page.values.missing.add(column));
      if (!Array.isArray(items)) throw noList(node);
      if (items.length === 0) otherwise?.(page, scope);
      items.forEach((value, index) => write(page, bind(bind(scope, key, index), node.val, value)));
    };
  }

  private mixinDeclaration(node: PugMixin): string {
    const parameters = this.syntax(`(${node.args ?? ''}) => 0`, node);
    if (parameters?.type !== 'ArrowFunctionExpression') return '';
    const names = parameters.params.flatMap((parameter) => (parameter.type === 'Identifier' ? [parameter.name] : []));
    if (names.length !== parameters.params.length) {
      this.refuse(node, ['A mixin takes plain names: mixin line(label, amount).', 'mixin의 매개변수는 이름만 씁니다: mixin line(label, amount).']);
    }
    this.mixins.declare(node.name, names, this.block(node.block, new Set(names)));
    return '';
  }

  private mixinCall(node: PugMixin, locals: Locals): Write {
    if (node.name.startsWith('#')) this.refuse(node, ['Call a mixin by its name: +line("합계", TOTAL).', 'mixin은 이름으로 호출하세요: +line("합계", TOTAL).']);
    if (node.attrs?.length || node.attributeBlocks?.length) {
      this.refuse(node, ['Give a mixin its values in parentheses: attributes are not passed on.', 'mixin의 값은 괄호 안에 쓰세요. 속성은 전달되지 않습니다.']);
    }
    const list = this.syntax(`[${node.args ?? ''}]`, node);
    const given = list?.type === 'ArrayExpression' ? list.elements : [];
    const values = given.map((value) => {
      if (value && value.type !== 'SpreadElement') return this.evaluation(value, node, locals, { isList: true });
      this.refuse(node, ['Give a mixin one value for each of its names.', 'mixin의 매개변수마다 값을 하나씩 쓰세요.']);
      return () => null;
    });
    const content = node.block ? this.block(node.block, locals) : null;
    return this.mixins.call(node.name, node, values, content);
  }
}

export function bind(scope: Scope | null, name: string | null, value: unknown): Scope | null {
  return name === null ? scope : { name, value, outer: scope };
}

function noList({ line }: At): FillError {
  return new FillError([
    `Line ${line}: "each" goes over a list such as [1, 2, 3]; a column is a single value.`, `${line}행: "each"에는 [1, 2, 3] 같은 목록을 쓰세요. 컬럼은 값 하나입니다.`,
  ]);
}

function asText(value: Scalar | Scalar[]): Scalar {
  return Array.isArray(value) ? value.map(textOf).join(',') : value;
}
