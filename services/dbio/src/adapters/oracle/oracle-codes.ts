/** An error of the driver as a worker hands it over: plain data. */
export interface DriverError {
  message: string;
  /** `ORA-00942`, `NJS-518`. */
  code: string | null;
  /** Characters from 0 in the text that was sent. */
  offset: number | null;
}

/** What the listener and the database call what thin mode reports with a number of its own. */
const ORACLE_NAMES: Record<string, string> = {
  'NJS-510': 'ORA-12170',
  'NJS-517': 'ORA-12154',
  'NJS-518': 'ORA-12514',
  'NJS-519': 'ORA-12505',
  'NJS-530': 'ORA-12545',
};

/** Say only that the error that matters stands before or behind them. */
const WRAPPERS = new Set([
  'ORA-00604', 'ORA-02063', 'ORA-02068', 'ORA-04088', 'ORA-06512', 'ORA-06550', 'ORA-12801', 'ORA-24381', 'ORA-03301', 'ORA-02091', 'NJS-500',
]);

/** Every code that the error names, Oracle's before the driver's, each once and in five figures: `ORA-12514`, `NJS-518`. */
export function codesOf({ message, code }: DriverError): string[] {
  const named = [...`${code ?? ''} ${wordsOf(message)}`.matchAll(/\b(ORA|TNS|NJS|DPI)-(\d{1,5})\b/g)].map(([, prefix, number]) => written(prefix!, number!));
  const refused = /ECONNREFUSED/.test(message) ? ['ORA-12541'] : [];
  const all = [...named.flatMap((one) => [ORACLE_NAMES[one] ?? one, one]), ...refused];
  const ofDriver = (one: string) => one.startsWith('NJS') || one.startsWith('DPI');
  return [...new Set([...all.filter((one) => !ofDriver(one)), ...all.filter(ofDriver)])];
}

/** The code that says what happened, where several stand in a stack. */
export function mainCodeOf(error: DriverError): string {
  const codes = codesOf(error);
  return codes.find((code) => !WRAPPERS.has(code)) ?? codes[0] ?? error.code ?? 'ORA-00000';
}

/** The database's words without the addresses of help pages that the driver adds. */
export function wordsOf(message: string): string {
  return message.split(/\r?\n/).filter((line) => !/^\s*(Help: )?https?:\/\//.test(line)).join('\n').trim();
}

/** Each further try brings the account nearer to being locked. */
const NEVER_AGAIN = new Set(['ORA-01017', 'ORA-28000', 'ORA-28001', 'ORA-28009']);

/** A logon that must not be tried again before somebody changed the connection or the account. */
export function mustNotTryAgain(error: DriverError): boolean {
  return codesOf(error).some((code) => NEVER_AGAIN.has(code));
}

/** `ORA-1017` and `ORA-01017` are one; the driver's own numbers have three or four figures. */
function written(prefix: string, number: string): string {
  if (prefix === 'NJS') return `NJS-${number.padStart(3, '0')}`;
  return prefix === 'DPI' ? `DPI-${number}` : `${prefix}-${number.padStart(5, '0')}`;
}
