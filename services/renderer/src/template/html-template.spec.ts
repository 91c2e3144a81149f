import { templateSchema, type Row } from '@tank/contracts';
import { compileTemplate, placed } from './compile-template.js';
import { FillError } from './fill-error.js';

const BUSINESS_DATE = '2026-11-20T09:00:00';
type Written = { body?: string; subject?: string; text?: string; defaults?: Record<string, string>; htmlColumns?: string[] };

const compile = (written: Written) => compileTemplate(templateSchema.parse({ format: 'html', subject: '제목', body: '<p>본문</p>', ...written }));
const fill = (written: Written, row: Row = {}) => compile(written).fill(row, BUSINESS_DATE);
const html = (body: string, row: Row, more: Written = {}) => fill({ ...more, body }, row).html;
/** Whoever reads Korean is told as much. */
const inEnglish = (problem: Parameters<typeof placed>[0]) => {
  const [english, korean] = placed(problem);
  expect(korean).toMatch(/[가-힣]/);
  return english;
};
const failure = (written: Written, row: Row = {}): FillError => {
  try {
    fill(written, row);
  } catch (error) {
    if (!(error instanceof FillError)) throw error;
    expect(error.words[1]).toMatch(/[가-힣]/);
    return error;
  }
  throw new Error('It was filled.');
};
const problems = (body: string) => compile({ body }).problems.map(inEnglish);

describe('values in HTML', () => {
  it('are escaped, so that a value is never markup', () => {
    expect(html('<p>{{ name }}</p>', { NAME: '<script>alert("1")</script> & \'김민수\'' })).toBe(
      '<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;김민수&#39;</p>',
    );
  });

  it('cannot leave an attribute, in double or single quotes', () => {
    const row = { T: `" onclick="x' onclick='x` };
    expect(html('<b title="{{ t }}">', row)).toBe('<b title="&quot; onclick=&quot;x&#39; onclick=&#39;x">');
    expect(html("<b title='{{ t }}'>", row)).toBe("<b title='&quot; onclick=&quot;x&#39; onclick=&#39;x'>");
  });

  it('leave the author\'s own text as it is, byte for byte', () => {
    const body = '<!DOCTYPE html>\n<!--[if mso]><table><tr><td><![endif]--><STYLE>@media print{.a{color:red}}</STYLE><p>a &amp; b&nbsp;<br/> < 3</p>';
    expect(html(body, {})).toBe(body);
  });

  it('keep Korean, emoji and $ patterns', () => {
    expect(html('{{ a }}', { A: "김민수 👍 $& $1 $'" })).toBe('김민수 👍 $&amp; $1 $&#39;');
  });

  it('go in as HTML only where the column is listed, whatever its case', () => {
    const row = { BODY: '<b>굵게</b>', NAME: '<b>' };
    expect(html('{{ body }} {{ name }}', row, { htmlColumns: ['Body'] })).toBe('<b>굵게</b> &lt;b&gt;');
  });

  it('are escaped inside an attribute even when the column is listed as HTML', () => {
    expect(html('<b title="{{ body }}">', { BODY: '"><script>' }, { htmlColumns: ['BODY'] })).toBe('<b title="&quot;&gt;&lt;script&gt;">');
  });

  it('are formatted first and escaped then', () => {
    expect(html('{{ amount | won }} {{ d | shift:-1M | date:YYYY년 M월 D일 }} {{ n | default:<없음> }}', { AMOUNT: '12345678901234567890', D: '2026-03-31', N: null })).toBe(
      '12,345,678,901,234,567,890원 2026년 2월 28일 &lt;없음&gt;',
    );
  });

  it('stay escaped inside comments for Outlook', () => {
    expect(html('<!--[if mso]><p>{{ a }}</p><![endif]--><!-- {{ a }} -->', { A: '--><b>' })).toBe('<!--[if mso]><p>--&gt;&lt;b&gt;</p><![endif]--><!-- --&gt;&lt;b&gt; -->');
  });

  it('know the business date of the run', () => {
    expect(fill({ subject: '{{ businessDate | date:M월 }}', body: '{{ businessDate | date:YYYYMMDD }}' }, { BUSINESSDATE: 'x' })).toMatchObject({ subject: '11월', html: '20261120' });
  });
});

describe('values in addresses', () => {
  const link = (url: string) => html('<a href="{{ link }}">a</a>', { LINK: url });

  it.each([['https://a.example/?a=1&b=2'], ['http://a.example'], ['mailto:a@b.example'], ['tel:02-123-4567'], ['cid:logo'], ['/path?x=a:b'], ['page.html#a:b'], ['HTTPS://A.EXAMPLE']])('may be %s', (url) => {
    expect(link(url)).toBe(`<a href="${url.replace(/&/g, '&amp;')}">a</a>`);
  });

  it.each([
    ['javascript:alert(1)'], [' JavaScript:alert(1)'], ['java\tscript:alert(1)'], ['java\nscript:alert(1)'], ['\u0001javascript:alert(1)'], ['javascript\u0000:alert(1)'],
    ['data:text/html,<script>'], ['vbscript:x'], ['file:///etc/passwd'], ['blob:x'], ['\u200bjavascript:x'], ['javascript&colon;x:'],
  ])('may not be %j', (url) => {
    const error = failure({ body: '<a href="{{ link }}">a</a>' }, { LINK: url });
    expect(error.code).toBe('TEMPLATE_FAILED');
    expect(error.message).toContain('Column link');
    expect(error.message).not.toContain(url);
  });

  it('are refused in src, too, and where the author wrote the first letters', () => {
    expect(failure({ body: '<img src="{{ link }}">' }, { LINK: 'javascript:x' }).code).toBe('TEMPLATE_FAILED');
    expect(failure({ body: '<a href="java{{ link }}">' }, { LINK: 'script:x' }).code).toBe('TEMPLATE_FAILED');
    expect(failure({ body: '<!--[if mso]><a href="{{ link }}"><![endif]-->' }, { LINK: 'javascript:x' }).code).toBe('TEMPLATE_FAILED');
  });

  it('may be anything behind an address that the author began', () => {
    expect(html('<a href="https://a.example/{{ a }}?to={{ b }}">', { A: 'x:y', B: 'javascript:x' })).toBe('<a href="https://a.example/x:y?to=javascript:x">');
  });

  it('cannot make up the beginning of an address in two parts', () => {
    expect(problems('<a href="{{ a }}{{ b }}">')[0]).toContain('has to start with https://');
    expect(problems('<a href="{{ a }}://x">')).toHaveLength(1);
    expect(problems('<a href="{{ a }}/{{ b }}">')).toEqual([]);
  });
});

describe('values in styles', () => {
  it('may be colours and widths', () => {
    expect(html('<b style="color: {{ c }}; width: {{ w }}%">', { C: '#ff0000', W: 12.5 })).toBe('<b style="color: #ff0000; width: 12.5%">');
  });

  it.each([['red; background: url(x)'], ['expression(x)'], ['red"'], ['a:b'], ['\\65']])('may not be %j', (value) => {
    expect(failure({ body: '<b style="color: {{ c }}">' }, { C: value }).message).toMatch(/^Column c cannot stand in a style/);
  });
});

describe('columns without a value', () => {
  it('fail the mail, all named at once over subject, body and text, without any value', () => {
    const error = failure({ subject: '{{ a }} {{ name }}', body: '{{ b | won }} {{ name }}', text: '{{ c }} {{ A }}' }, { B: null, C: ' ', NAME: '김민수' });
    expect(error.code).toBe('TEMPLATE_VALUE_MISSING');
    expect(error.message).toBe('No value for a, b, c.');
  });

  it('take the default of the template, for a missing, NULL or blank value and in any case', () => {
    for (const row of [{}, { NAME: null }, { NAME: '  ' }] as Row[]) {
      expect(fill({ subject: '{{ name }}', body: '{{ Name }}', text: '{{ NAME }}', defaults: { name: '고객' } }, row)).toEqual({ subject: '고객', html: '고객', text: '고객' });
    }
    expect(html('{{ name }}', { NAME: '김민수' }, { defaults: { name: '고객' } })).toBe('김민수');
    expect(html('{{ amount | won }}', {}, { defaults: { AMOUNT: '0' } })).toBe('0원');
  });

  it('may stay empty where the author says so: an empty default', () => {
    expect(html('[{{ note }}]', { NOTE: null }, { defaults: { NOTE: '' } })).toBe('[]');
    expect(html(`[{{ note | default:'' }}]`, {})).toBe('[]');
  });

  it('do not fail it for zero and false', () => expect(html('{{ a }} {{ b }}', { a: 0, b: false })).toBe('0 false'));

  it('are missing where only an inherited property has the name', () => {
    expect(failure({ body: '{{ constructor }} {{ __proto__ }} {{ toString }}' }, {}).message).toBe('No value for constructor, __proto__, toString.');
  });

  it('read a column that is called like one of them', () => {
    expect(html('{{ __proto__ }} {{ constructor }}', JSON.parse('{"__proto__":"a","constructor":"b"}') as Row)).toBe('a b');
  });
});

describe('a value that its format does not take', () => {
  it('fails the mail with the names of column and format, never with the value', () => {
    const error = failure({ body: '{{ due | date:YYYY }}' }, { DUE: '비밀' });
    expect(error.code).toBe('TEMPLATE_FAILED');
    expect(error.message).toBe('Column due, format date: The value is not a date such as 2026-11-20 or 20261120.');
  });
});

describe('a text that grows too long', () => {
  it('fails the mail', () => {
    expect(failure({ body: '{{ a }}'.repeat(1000) }, { A: 'x'.repeat(2000) }).code).toBe('MESSAGE_TOO_LARGE');
    expect(failure({ text: '{{ a }}'.repeat(1000) }, { A: 'x'.repeat(2000) }).code).toBe('MESSAGE_TOO_LARGE');
  });
});

describe('the subject', () => {
  it('is not HTML', () => expect(fill({ subject: '{{ a }} & "b"' }, { A: "<'>" }).subject).toBe(`<'> & "b"`));

  it('is one line, whatever a value brings', () => {
    expect(fill({ subject: '[명세서]\n {{ a }}' }, { A: 'x\r\nBcc: thief@a.example\u2028y\u0000z' }).subject).toBe('[명세서] x Bcc: thief@a.example y z');
  });
});

describe('the text alternative', () => {
  it('is the author\'s, filled without escaping', () => {
    expect(fill({ text: '{{ a }}\n안녕', body: '<p>{{ a }}</p>' }, { A: '<&>' }).text).toBe('<&>\n안녕');
  });

  it('is made from the HTML where the author wrote none: links, rows, alternative texts', () => {
    const body = `<html><head><title>t</title><style>p{}</style></head><body><h1>명세서 abc</h1><p>{{ name }} 고객님,&nbsp;안녕하세요.<br>두 번째 줄</p>
      <table><tr><th>항목</th><th>금액</th></tr><tr><td>기본료</td><td>{{ amount | won }}</td></tr></table>
      <img src="https://a.example/logo.png" alt="탱크"> <a href="https://a.example/?a=1&amp;b=2">자세히</a> <a href="https://b.example">https://b.example</a></body></html>`;
    expect(fill({ body }, { NAME: '김 & 박', AMOUNT: 1234567 }).text).toBe(
      ['명세서 abc', '', '김 & 박 고객님, 안녕하세요.', '두 번째 줄', '', '항목 | 금액', '기본료 | 1,234,567원', '', '탱크 자세히 [https://a.example/?a=1&b=2] https://b.example'].join('\n'),
    );
  });

  it('keeps paragraphs apart in tables that only lay out', () => {
    const body = '<table><tr><td width="10"></td><td><p>하나</p><p>둘</p><table><tr><td>a</td><td>1</td></tr></table></td></tr></table>';
    expect(fill({ body }).text).toBe('하나\n\n둘\n\na | 1');
  });

  it('does not break Korean lines', () => {
    const line = '가나다라마바사 '.repeat(40).trim();
    expect(fill({ body: `<p>${line}</p>` }).text).toBe(line);
  });

  it('does not give a hostile table much time or memory', () => {
    expect(fill({ body: '<table><tr><td colspan="1000000000" rowspan="1000000000">a</td></tr></table>' }).text).toBe('a');
  });
});

describe('checking an HTML template', () => {
  it('lists the columns of its three texts once each, without the business date', () => {
    const { columns } = compile({ subject: '{{ name }}', body: '{{ NAME }} {{ amount | won }} {{ businessDate }}', text: '{{ due | date }}' });
    expect(columns).toEqual(['name', 'amount', 'due']);
  });

  it('names field, line and column of what cannot be read', () => {
    expect(compile({ subject: 'a {{ b', body: '<p>\n한글 {{ a | comma }}</p>', text: '\n\n{{ }}' }).problems).toEqual([
      { field: 'subject', line: 1, column: 3, message: [expect.stringContaining('not closed'), expect.stringContaining('닫히지')] },
      { field: 'body', line: 2, column: 4, message: [expect.stringContaining('Unknown format "comma"'), expect.stringContaining('알 수 없는 형식 "comma"')] },
      { field: 'text', line: 3, column: 1, message: [expect.stringContaining('name a column'), expect.stringContaining('컬럼 이름')] },
    ]);
  });

  it('tries the arguments of formats', () => {
    expect(problems('{{ a | shift:soon }}')[0]).toContain('body, line 1, column 1: shift:soon is not a shift');
    expect(problems('{{ a | number:many }}')).toHaveLength(1);
    expect(problems('{{ a | number:2 }} {{ a | date:무엇이든 }} {{ a | won }}')).toEqual([]);
  });

  it.each([
    ['<p>\n  <script>x</script>', 'body, line 2, column 4: <script> has no place in a mail'],
    ['<IFRAME src="https://a.example">', '<iframe> has no place'],
    ['<object data="x">', '<object>'],
    ['<embed src="x">', '<embed>'],
    ['<form action="https://a.example">', '<form>'],
    ['<svg onload="x">', '<svg>'],
    ['<base href="https://a.example">', '<base>'],
    ['<p>a</p>\n<b onClick="x">', 'body, line 2, column 4: "onClick" would run a script'],
    ['<img src=x onerror=alert(1)>', '"onerror"'],
    ['<a href="javascript:x">', '"href" cannot lead to javascript:'],
    ['<a href="&#106;ava&#x73;cript:x">', '"href" cannot lead to javascript:'],
    ['<a href="java&Tab;script:x">', '"href" cannot lead to javascript:'],
    ['<a href="javascript:{{ a }}">', '"href" cannot lead to javascript:'],
    ['<a href="data:text/html,x">', '"href" cannot lead to data:'],
    ['<img src="data:image/svg+xml,x">', '"src" cannot lead to data:'],
    ['<meta http-equiv="refresh" content="0;url=https://a.example">', '"http-equiv"'],
    ['<!--[if mso]>\n<script>x</script><![endif]-->', 'body, line 2, column 2: <script>'],
    ['<b title={{ a }}>', 'body, line 1, column 10: Put the value of "title" between quotes'],
    ['<b {{ a }}>', 'A value cannot stand here'],
    ['<{{ a }}>', 'A value cannot stand here'],
    ['<style>p { color: {{ a }} }</style>', 'cannot stand in a <style>'],
    ['<b title="{{ a }}', 'A value cannot stand here'],
    ['</p {{ a }}>', 'A value cannot stand here'],
  ])('refuses %j', (body, sentence) => {
    expect(problems(body).join('\n')).toContain(sentence);
    expect(() => fill({ body }, { A: 'x' })).toThrow(FillError);
  });

  it('takes an inline image of the author', () => expect(problems('<img src="data:image/png;base64,AAAA">')).toEqual([]));
});
