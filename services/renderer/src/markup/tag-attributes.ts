import { escapeHtml } from '../template/escape-html.js';
import { isUrlAttribute } from '../template/html-rules.js';
import { assertWebAddress } from '../template/place-value.js';
import { Missing, type Evaluate, type Value } from './expression.js';
import { textOf } from './expression-values.js';
import type { Page } from './page.js';
import type { PugAttribute, PugTag } from './syntax-tree.js';
import type { TreeReader } from './tree-reader.js';
import type { Write } from './writing.js';

/** The attributes of a tag as pug writes them: classes joined and first, `false` and `null` leave an attribute out. */
export function readAttributes(tag: PugTag, reader: TreeReader, locals: ReadonlySet<string>): (string | Write)[] {
  const classes = tag.attrs.filter(({ name }) => name === 'class');
  const others = tag.attrs.filter(({ name }) => name !== 'class');
  return [...(classes.length > 0 ? [readClasses(classes, reader, locals)] : []), ...others.map((attribute) => readAttribute(attribute, reader, locals))];
}

function readAttribute(attribute: PugAttribute, reader: TreeReader, locals: ReadonlySet<string>): string | Write {
  const { name } = attribute;
  if (/[\s"'<>/=&]/.test(name)) reader.refuse(attribute, [`"${name}" is no name for an attribute.`, `"${name}"은(는) 속성 이름으로 쓸 수 없습니다.`]);
  const { isTerse } = reader;
  const fixed = fixedValue(attribute, reader);
  const position = { line: attribute.line, column: attribute.column ?? 1 };
  reader.skeleton.add(writeAttribute(name, fixed ?? 'x', isTerse), position);
  if (fixed !== undefined) return writeAttribute(name, fixed, isTerse);
  const evaluate = reader.expression(String(attribute.val), attribute, locals, { isStyle: name.toLowerCase() === 'style' });
  return (page, scope) => {
    const value = present(evaluate(page, scope), page);
    if (typeof value === 'string' && isUrlAttribute(name)) assertWebAddress(value, [`"${name}" in line ${attribute.line}`, `${attribute.line}행의 "${name}"`]);
    page.write(writeAttribute(name, value, isTerse));
  };
}

/** @returns undefined when the value comes from the mail. */
function fixedValue(attribute: PugAttribute, reader: TreeReader): Value {
  if (typeof attribute.val === 'boolean') return attribute.val;
  const node = reader.syntax(attribute.val, attribute);
  if (!node) return '';
  if (node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'boolean')) return node.value;
  if (!attribute.mustEscape) {
    reader.refuse(attribute, [`A value in an attribute is always escaped: write ${attribute.name}=… without "!".`, `속성의 값은 항상 이스케이프됩니다. "!" 없이 ${attribute.name}=… 로 쓰세요.`]);
  }
  return undefined;
}

function readClasses(classes: PugAttribute[], reader: TreeReader, locals: ReadonlySet<string>): Write {
  const names = classes.map((attribute): Evaluate => {
    const fixed = fixedValue(attribute, reader);
    return fixed === undefined ? reader.expression(String(attribute.val), attribute, locals) : () => fixed;
  });
  reader.skeleton.add(' class="x"', { line: classes[0]?.line ?? 1, column: classes[0]?.column ?? 1 });
  return (page, scope) => {
    const joined = names.map((name) => present(name(page, scope), page)).filter((name) => name && name !== true).map((name) => textOf(name as string)).join(' ');
    page.write(writeAttribute('class', joined, reader.isTerse));
  };
}

function present(value: Value, page: Page): Value {
  if (!(value instanceof Missing)) return Array.isArray(value) ? value.map(textOf).join(' ') : value;
  for (const column of value.columns) page.values.missing.add(column);
  return '';
}

function writeAttribute(name: string, value: Value, isTerse: boolean): string {
  if (value === false || value === null || value === undefined) return '';
  if (value === '' && (name === 'class' || name === 'style')) return '';
  if (value === true) return isTerse ? ` ${name}` : ` ${name}="${name}"`;
  return ` ${name}="${escapeHtml(textOf(value as string))}"`;
}
