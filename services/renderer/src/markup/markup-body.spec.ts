import pug from 'pug';
import { templateSchema, type Row } from '@tank/contracts';
import { compileTemplate, placed } from '../template/compile-template.js';
import { FillError } from '../template/fill-error.js';

const BUSINESS_DATE = '2026-11-20T09:00:00';
type More = { subject?: string; text?: string; defaults?: Record<string, string>; htmlColumns?: string[] };

const compile = (body: string, more: More = {}) => compileTemplate(templateSchema.parse({ format: 'pug', subject: 's', text: 't', body, ...more }));
const html = (body: string, row: Row = {}, more: More = {}) => compile(body, more).fill(row, BUSINESS_DATE).html;
const problems = (body: string, more: More = {}) => compile(body, more).problems.map(inEnglish);
/** Whoever reads Korean is told as much. */
const inEnglish = (problem: Parameters<typeof placed>[0]) => {
  const [english, korean] = placed(problem);
  expect(korean).toMatch(/[가-힣]/);
  return english;
};
const failure = (body: string, row: Row = {}, more: More = {}): FillError => {
  try {
    html(body, row, more);
  } catch (error) {
    if (!(error instanceof FillError)) throw error;
    expect(error.words[1]).toMatch(/[가-힣]/);
    return error;
  }
  throw new Error('It was filled.');
};

describe('pug without values', () => {
  // pug itself is the judge of what pug means.
  it.each([
    ['doctype html\nhtml\n  head\n    title 제목\n  body\n    p.a#b.c Hello\n    br\n    img(src="a.png" alt="x")'],
    ['html\n  body\n    br\n    hr/\n    input(checked)'],
    ['doctype transitional\np a\nbr'],
    ['p.\n  여러 줄\n  글 <b>굵게</b>\np\n  | 한 줄\n  | 두 줄\n  em 강조'],
    ['<table>\n  <tr><td>raw</td></tr>\n</table>\np after'],
    ['p a #[b b #[i c]] d'],
    ['ul\n  each x in ["a", "b"]\n    li= x'],
    ['ul\n  each x, i in [10, 20]\n    li #{i}: #{x}'],
    ['each x in []\n  p a\nelse\n  p none'],
    ['each x of [1, 2]\n  p= x'],
    ['if 1 > 2\n  p a\nelse if 2 > 1\n  p b\nelse\n  p c'],
    ['unless false\n  p a'],
    ['case 2\n  when 1\n    p a\n  when 2\n  when 3\n    p b\n  default\n    p c'],
    ['case 9\n  when 1\n    p a\n  default\n    p c'],
    ['mixin line(label, v)\n  tr\n    td= label\n    td= v\n    block\n+line("a", 1)\n  td more\n+line("b", 2)'],
    ['mixin outer\n  div\n    block\nmixin inner\n  p\n    block\n+outer\n  +inner\n    b x'],
    ['mixin down(n)\n  if n > 0\n    i= n\n    +down(n - 1)\n+down(3)'],
    ['p(class="a" class=(1 > 0 ? "b" : "c") style="color: red" title="x & y" data-n=1 hidden=false)'],
    ['p= "<b>" + 1\np!= "<b>raw</b>"\np #{`a${1 + 1}b`} !{"<i>"}'],
    ['p= null\np= 0\np= false\np= 1 + 2 * 3\np= (1 + 2) * 3 % 4\np= -1\np= !true'],
    ['a(href="https://a.example/?a=1&b=2") x'],
    ['p \\#{a} #{"b"}'],
    ['p: b: i x'],
    ['td(colspan="2", align=\'left\'\n  valign="top") x'],
    ['//- nobody sees this\n  nor this\np a'],
    ['p  two  blanks \n\n\np end'],
  ])('is written as pug writes it: %j', (body) => expect(html(body)).toBe(pug.render(body)));
});

describe('values in pug', () => {
  it('are escaped in text and in attributes', () => {
    const row = { NAME: `<script>"김" & '박'` };
    const escaped = '&lt;script&gt;&quot;김&quot; &amp; &#39;박&#39;';
    expect(html('p(title=name) #{name}\np= Name\np.\n  a #{NAME} b', row)).toBe(`<p title="${escaped}">${escaped}</p><p>${escaped}</p><p>a ${escaped} b</p>`);
  });

  it('take every format as a call, and default in front of a blank', () => {
    const row = { AMOUNT: '12345678901234567890.5', D: '2026-03-31', N: null, C: 'ab' };
    expect(html(`| #{number(amount, 2)} #{won(amount)} #{date(shift(d, '-1M'), 'YYYY년 M월 D일 (ddd)')} #{default(n, '고객')} #{default(nosuch, 1)} #{upper(c)} #{lower('AB')}`, row)).toBe(
      '12,345,678,901,234,567,890.50 12,345,678,901,234,567,890.5원 2026년 2월 28일 (토) 고객 1 AB ab',
    );
    expect(html('p(title=default(n, "없음") class=n || "none")', row)).toBe('<p class="none" title="없음"></p>');
    expect(html('case default(n, "z")\n  when "z"\n    p z', row)).toBe('<p>z</p>');
  });

  it('know Korean column names, the business date and defaults of the template', () => {
    expect(html('p #{고객명} #{date(businessDate, "M월")} #{note}', { 고객명: '김민수' }, { defaults: { NOTE: '없음' } })).toBe('<p>김민수 11월 없음</p>');
  });

  it('leave {{ }} alone in the body, and fill it in subject and text', () => {
    const template = compile('p {{ name }}', { subject: '{{ name }}님', text: '{{ name }} <&>' });
    expect(template.fill({ NAME: '김<' }, BUSINESS_DATE)).toEqual({ subject: '김<님', html: '<p>{{ name }}</p>', text: '김< <&>' });
  });

  it('go in unescaped only from columns listed as HTML', () => {
    expect(html('p!= body\np !{BODY} #{body}', { Body: '<b>' }, { htmlColumns: ['BODY'] })).toBe('<p><b></p><p><b> &lt;b&gt;</p>');
    expect(html('p!= default(body, "<i>")', { Body: null }, { htmlColumns: ['BODY'] })).toBe('<p><i></p>');
    for (const body of ['p!= name', 'p !{name}', 'p!= name + ""', 'p!= upper(body)', 'p!= default(body, name)', 'each body in [NAME]\n  p!= body', '| <b>!{name}</b>']) {
      expect(problems(body, { htmlColumns: ['body'] })[0]).toMatch(/Only a column that the template lists as HTML/);
    }
    expect(problems('p(title!=name)')[0]).toContain('always escaped');
  });

  it('may not lead out of the house in addresses or styles', () => {
    expect(html('a(href=link)', { LINK: 'https://a.example/?a=1&b=2' })).toBe('<a href="https://a.example/?a=1&amp;b=2"></a>');
    for (const link of ['javascript:x', ' java\tscript:x', 'data:text/html,x']) {
      expect(failure('a(href=link)', { LINK: link }).message).toMatch(/"href" in line 1 is no address/);
      expect(failure('img(src=`${link}`)', { LINK: link }).message).not.toContain(link);
    }
    expect(html('p(style="color: " + c)', { C: '#fff' })).toBe('<p style="color: #fff"></p>');
    expect(failure('p(style="color: " + c)', { C: 'red; background: url(x)' }).message).toContain('cannot stand in a style');
    expect(failure('each x in [c]\n  p(style=`color: ${x}`)', { C: 'a;b' }).message).toContain('cannot stand in a style');
  });

  it('cannot stand in an attribute of a tag written as HTML', () => {
    expect(problems('| <a href="#{link}">x</a>')[0]).toContain('body, line 1, column 12: Write the tag in pug');
    expect(problems('style.\n  p { color: #{c} }')[0]).toContain('cannot stand in a <style>');
    expect(html('| <b>#{a}</b>', { A: '<' })).toBe('<b>&lt;</b>');
  });
});

describe('columns without a value in pug', () => {
  it('fail the mail with all their names, however deep they stand', () => {
    const error = failure('p= a\np(title=b) #{won(c)}\nif yes\n  | #{`x${d}`} #{1 + e}\nelse\n  | #{never}\n+m(f)\nmixin m(x)\n  p= x', { YES: 1, A: null, B: ' ' });
    expect(error).toMatchObject({ code: 'TEMPLATE_VALUE_MISSING', message: 'No value for a, b, c, d, e, f.' });
  });

  it('can be asked for: NULL and blank are no, and nothing is missing then', () => {
    expect(html('if note\n  p= note\nelse\n  p none\np= note ? note : "-"\np= note || "or"\np= note ?? "nn"\nif !note && note == null && note == ""\n  p no', { NOTE: ' ' })).toBe(
      '<p>none</p><p>-</p><p>or</p><p>nn</p><p>no</p>',
    );
  });

  it('are missing in a condition when the row has no such column at all: a slip of the pen must not choose', () => {
    expect(failure('if typo\n  p a').message).toBe('No value for typo.');
    expect(failure('case typo\n  when 1\n    p a').message).toBe('No value for typo.');
    expect(failure('if typo == 1\n  p a').message).toBe('No value for typo.');
  });

  it('may stay empty where the template says so', () => expect(html('p [#{note}]', {}, { defaults: { note: '' } })).toBe('<p>[]</p>'));
});

describe('computing in a template', () => {
  const row = { A: '12345678901234567890', B: '12345678901234567891', S: '100', N: 5, T: '가', X: 0.1, Y: 0.2, D1: '2026-11-19', D2: '2026-11-20' };
  const value = (expression: string) => html(`| #{${expression}}`, row);

  it.each([
    ['n + 1', '6'], ['x + y', '0.3'], ['s * 2', '200'], ['s / 8', '12.5'], ['s - n', '95'], ['n % 2', '1'], ['-n', '-5'], ['+s', '100'], ['"₩" + s', '₩100'], ['t + n', '가5'], ['`${s}${n}`', '1005'],
    ['a < b', 'true'], ['a == b', 'false'], ['s > n', 'true'], ['"9" < "10"', 'true'], ['s == 100', 'true'], ['"100.00" == 100', 'true'], ['"01" == "1"', 'false'], ['d1 < d2', 'true'], ['t == "가"', 'true'],
    ['t != "가"', 'false'], ['n >= 5 && n <= 5', 'true'], ['-2.5 < -2.4', 'true'], ['a > -1', 'true'],
  ])('%s is %s', (expression, text) => expect(value(expression)).toBe(text));

  it.each([
    ['s + n', 'can mean a sum or one text after the other'], ['s + s', 'can mean a sum'], ['a * 2', 'keeps 15 digits'], ['t * 2', 'needs numbers'], ['t < 5', 'compares what is no number'], ['n / 0', 'divides by zero'],
    ['date(t)', 'Column t, format date: The value is not a date'],
  ])('%s fails the mail instead of showing something wrong', (expression, sentence) => {
    const error = failure(`| #{${expression}}`, row);
    expect(error.code).toBe('TEMPLATE_FAILED');
    expect(error.message).toContain(sentence);
  });
});

describe('a template that attacks', () => {
  it.each([
    ['= process.env', 'A column is a single value'],
    ['= require("fs")', 'Only formats are called'],
    ['= name.constructor.constructor("return process")()', 'Only formats are called'],
    ['= "".constructor', 'A column is a single value'],
    ['= name["__proto__"]', 'A column is a single value'],
    ['= name?.constructor', 'A column is a single value'],
    ['= this', 'A column is a single value'],
    ['= this.constructor', 'A column is a single value'],
    ['= import("fs")', 'it runs no code'],
    ['= import.meta', ''],
    ['= new Function("x")', 'it runs no code'],
    ['= (() => 1)()', 'Only formats are called'],
    ['= (function () {})', 'it runs no code'],
    ['= class {}', 'it runs no code'],
    ['= a = 1', 'cannot change values'],
    ['= a++', 'cannot change values'],
    ['= (a, b)', 'one expression'],
    ['= {a: 1}', 'An object is not taken'],
    ['= [].concat', ''],
    ['= [1]', 'A list is only taken'],
    ['= /a+/', 'Write texts between quotes'],
    ['= 10n', 'Write texts between quotes'],
    ['= typeof a', 'it runs no code'],
    ['= void 0', 'it runs no code'],
    ['= delete a', 'it runs no code'],
    ['= a in b', 'it runs no code'],
    ['= a instanceof b', 'it runs no code'],
    ['= a ** b', 'it runs no code'],
    ['= a << 30', 'it runs no code'],
    ['= upper`a`', 'Only formats are called'],
    ['= upper(...a)', ''],
    ['= eval("1")', 'Only formats are called'],
    ['= constructor("x")', 'Only formats are called'],
    ['= toString()', 'Only formats are called'],
    ['= upper?.(a)', 'A column is a single value'],
    ['= await a', ''],
    ['= number(a, b)', 'a fixed text or number'],
    ['= number(a, 99)', '0 to 10 decimals'],
    ['= number(a, 1, 2)', 'one argument at most'],
    ['- process.exit()', 'A line of code'],
    ['- var x = 1', 'A line of code'],
    ['-\n  process.exit()', ''],
    ['while true\n  p a', '"while" is not taken'],
    ['include /etc/passwd', 'no other file is read'],
    ['include:js a.js', 'no other file is read'],
    ['extends a', 'no other file is read'],
    ['block a\n  p', 'no other file is read'],
    [':markdown-it\n  # a', 'Filters'],
    ['#{"script"} a', 'A tag has a fixed name'],
    ['p&attributes(a)', '&attributes is not taken'],
    ['+#{a}()', 'Call a mixin by its name'],
    ['mixin m(a = process.exit())\n  p a', 'plain names'],
    ['mixin m(...a)\n  p a', 'plain names'],
    ['mixin m({a})\n  p a', 'plain names'],
    ['mixin m(a)\n  p= a.b\n+m(1)', 'A column is a single value'],
    ['mixin m(a)\n  p= a\n+m(process.exit())', 'Only formats are called'],
    ['mixin m(a)\n  p= a\n+m(...a)', 'one value for each'],
    ['+nosuch()', 'There is no mixin "nosuch"'],
    ['mixin m\n  p\n+m()(class="a")', 'attributes are not passed on'],
    ['each x in process.argv\n  p= x', 'A column is a single value'],
    ['each x in Array(1e9)\n  p= x', 'Only formats are called'],
    ['each x in [..."a"]\n  p= x', ''],
    ['each [x, y] of [1]\n  p= x', 'Name one variable'],
    ['each x in [1]\n  p= x.constructor', 'A column is a single value'],
    ['if process.exit()\n  p', 'Only formats are called'],
    ['unless a.b\n  p', 'A column is a single value'],
    ['case a.b\n  when 1\n    p', 'A column is a single value'],
    ['case a\n  when b.c\n    p', 'A column is a single value'],
    ['p(title=a.b)', 'A column is a single value'],
    ['p(class=a.b)', 'A column is a single value'],
    ['p(class=[a])', 'A list is only taken'],
    ['p(style={color: a})', 'An object is not taken'],
    ['p #{global.x}', 'A column is a single value'],
    ['p #[b= globalThis.x]', 'A column is a single value'],
    ['p= `${a.b}`', 'A column is a single value'],
    ['p= a ? b.c : d', 'A column is a single value'],
    ['p= a || b()', 'Only formats are called'],
    ['script.\n  alert(1)', '<script> has no place'],
    ['script(src="https://a.example")', '<script> has no place'],
    ['| <script>x</script>', '<script> has no place'],
    ['iframe(src="https://a.example")', '<iframe>'],
    ['p(onclick="x")', '"onclick" would run a script'],
    ['p(onclick=a)', '"onclick" would run a script'],
    ['p(\'onload\'="x")', '"onload"'],
    ['p("a b"=1)', 'no name for an attribute'],
    ['a(href="javascript:x")', '"href" cannot lead to javascript:'],
    ['doctype html><script>x</script', 'Write "doctype html"'],
    ['br a', 'takes no content'],
  ])('is refused: %j', (body, sentence) => {
    const found = problems(body);
    expect(found.join('\n')).toContain(sentence);
    expect(found[0]).toMatch(/^body, line \d+, column \d+: /);
    expect(failure(body).code).toBe('TEMPLATE_FAILED');
  });

  it.each([['global'], ['process'], ['require'], ['globalThis'], ['constructor'], ['__proto__'], ['undefined'], ['NaN'], ['console'], ['pug'], ['locals'], ['module'], ['arguments'], ['eval']])(
    'finds no value under the name %s',
    (name) => expect(failure(`p #{${name}}`)).toMatchObject({ code: 'TEMPLATE_VALUE_MISSING', message: `No value for ${name}.` }),
  );

  it('reads a column that has such a name, and nothing behind it', () => {
    expect(html('p #{process} #{constructor} #{__proto__}', JSON.parse('{"process":"a","constructor":"b","__proto__":"c"}') as Row)).toBe('<p>a b c</p>');
  });

  it('changes nothing for anybody through a column named __proto__', () => {
    html('p= __proto__', JSON.parse('{"__proto__":"polluted"}') as Row, { defaults: JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string> });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('ends, however many times its loops contain each other', () => {
    const body = Array.from({ length: 12 }, (_, depth) => `${'  '.repeat(depth)}each x${depth} in [1,2,3,4,5,6,7,8,9,10]`).join('\n') + `\n${'  '.repeat(12)}| a`;
    const started = performance.now();
    expect(failure(body).message).toContain('steps for one mail');
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('ends when a mixin calls itself', () => {
    expect(failure('mixin m\n  +m\n+m').message).toContain('50 times deep');
    expect(failure('mixin m(x)\n  +m(x + x)\n+m("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")').code).toBe('MESSAGE_TOO_LARGE');
    expect(failure('mixin m\n  +m\n  +m\n  p a\n+m').code).toBe('TEMPLATE_FAILED');
  });

  it('ends when it writes too much', () => {
    const body = 'each a in [1,2,3,4,5,6,7,8,9,10]\n  each b in [1,2,3,4,5,6,7,8,9,10]\n    each c in [1,2,3,4,5,6,7,8,9,10]\n      | #{long}';
    expect(failure(body, { LONG: 'x'.repeat(2000) }).code).toBe('MESSAGE_TOO_LARGE');
  });

  it('keeps nothing of one mail for the next', () => {
    const template = compile('mixin m(x)\n  p= x\nif a\n  +m(a)\neach x in [1]\n  if b\n    p= b\np= default(x, "none")');
    expect(template.fill({ A: 'first', B: 'secret' }, BUSINESS_DATE).html).toBe('<p>first</p><p>secret</p><p>none</p>');
    expect(() => template.fill({}, BUSINESS_DATE)).toThrow('No value for a, b.');
    expect(template.fill({ A: null, B: null }, BUSINESS_DATE).html).toBe('<p>none</p>');
  });
});

describe('an author\'s slips in pug', () => {
  it.each([
    ['p\n    a\n  b', 'body, line 3, column 1: Inconsistent indentation'],
    ['p\np #{a', 'body, line 2, column 6: End of line was reached with no closing bracket'],
    ['p\np= a +', 'body, line 2, column 7: Syntax Error: Unexpected token'],
    ['p(title="a)', 'The end of the string reached'],
    ['each x\n  p', 'body, line 1, column 5: This `each` has a syntax error'],
    ['p\n  case a\n    p x', 'body, line 3'],
    ['p= a b', 'Syntax Error'],
  ])('are named with line and column: %j', (body, sentence) => expect(problems(body).join('\n')).toContain(sentence));

  it('are told all together', () => expect(problems('p= a.b\np= c()\nwhile 1\n  p')).toHaveLength(3));

  it('of nesting without end are told, not thrown', () => {
    const body = Array.from({ length: 900 }, (_, depth) => `${' '.repeat(depth)}b`).join('\n');
    expect(problems(body).concat('ok')[0]).toMatch(/nested too deeply|ok/);
    expect(problems(`p= ${'('.repeat(20_000)}1${')'.repeat(20_000)}`)[0]).toMatch(/nested too deeply|cannot be read|Syntax/);
  });

  it('lists the columns a template needs, without loop variables and mixin parameters', () => {
    expect(compile('mixin m(label)\n  p= label\n+m(a)\neach x, i in [b]\n  p #{x} #{i}\nif c\n  p(title=d)').columns).toEqual(['a', 'b', 'c', 'd']);
  });
});
