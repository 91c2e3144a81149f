import { OracleError } from '../backend.ts';

interface Element {
  /** In upper case; `text` for what is copied as it is. */
  name: string;
  text: string;
}

const ELEMENT = new RegExp(
  ['"([^"]*)"', 'FX', 'FM', 'YYYY', 'IYYY', 'RRRR', 'RR', 'YY', 'MONTH', 'MON', 'MM', 'DDD', 'DD', 'DAY', 'DY', 'D', 'HH24', 'HH12', 'HH', 'MI', 'SSSSS', 'SS', 'FF[1-9]?', 'X',
    'A\\.M\\.', 'P\\.M\\.', 'AM', 'PM', 'TZH', 'TZM', 'TZR', 'Q', 'WW', 'IW', 'W', 'J', '[-/,.;: ]'].join('|'),
  'iy',
);
/** What may stand in a format that text is read with. */
const READABLE = /^(YYYY|RRRR|RR|YY|MONTH|MON|MM|DD|HH24|HH12|HH|MI|SSSSS|SS|FF[1-9]?|X|[AP]\.?M\.?|TZH|TZM|TZR|FX|FM|text|punctuation)$/;
const AS_IN_POSTGRES: Record<string, string> = { RRRR: 'YYYY', RR: 'YY', HH: 'HH12', X: '.', FF: 'FF6', FF7: 'FF6"0"', FF8: 'FF6"00"', FF9: 'FF6"000"', TZR: 'TZH:TZM', FX: '' };

/** A format of TO_CHAR for a time, as PostgreSQL's to_char understands it. @throws OracleError ORA-01821, at the offset given. */
export function timeFormatForPostgres(format: string, at: number): string {
  let fill = '';
  return elementsOf(format, at).map(({ name, text }) => {
    if (name === 'text') return `"${text}"`;
    if (name === 'punctuation') return text;
    // Oracle's FM switches filling off for all that follows, PostgreSQL's for one element.
    if (name === 'FM') fill = fill === '' ? 'FM' : '';
    return name === 'FM' ? '' : `${fill}${AS_IN_POSTGRES[name] ?? text}`;
  }).join('');
}

/**
 * A format of TO_DATE and its sisters, element by element as `oracle_net.read_time` takes them: `YYYY`, `-` for any
 * punctuation, `=text` for quoted text. @throws OracleError ORA-01821 or ORA-01820, at the offset given.
 */
export function timeElements(format: string, at: number): string[] {
  return elementsOf(format, at).filter(({ name }) => name !== 'FX' && name !== 'FM').map(({ name, text }) => {
    if (!READABLE.test(name)) throw new OracleError(1820, 'format code cannot appear in date input format', at);
    if (name === 'text') return `=${text}`;
    if (name === 'punctuation' || name === 'X') return '-';
    return name.startsWith('FF') ? 'FF' : name.replace(/^[AP]\.?M\.?$/, 'AM').replace(/^HH$/, 'HH12');
  });
}

/** A format of TO_CHAR for a number that means the same to PostgreSQL; undefined for any other. */
export function numberFormatForPostgres(format: string): string | undefined {
  return /^(FM)?[09,.GS]*[09][09,.GS]*(MI|PR)?$/i.test(format) ? format.replace(/G/gi, ',') : undefined;
}

function elementsOf(format: string, at: number): Element[] {
  const elements: Element[] = [];
  for (let index = 0; index < format.length; index = ELEMENT.lastIndex) {
    ELEMENT.lastIndex = index;
    const match = ELEMENT.exec(format);
    if (!match) throw new OracleError(1821, 'date format not recognized', at);
    const [text, quoted] = match;
    if (quoted !== undefined) elements.push({ name: 'text', text: quoted });
    else elements.push({ name: /[A-Z]/i.test(text) ? text.toUpperCase() : 'punctuation', text });
  }
  return elements;
}
