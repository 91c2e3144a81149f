import { trace } from '@opentelemetry/api';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];
/** Ids, counts, durations, codes. Never an address, a name, a value of a row, a credential or a body. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  debug(action: string, fields?: LogFields): void;
  info(action: string, fields?: LogFields): void;
  warn(action: string, fields?: LogFields): void;
  error(action: string, error: unknown, fields?: LogFields): void;
}

let threshold: LogLevel = 'info';
/** Lines below this level are dropped, for the whole process. */
export function setLogLevel(level: LogLevel): void {
  threshold = level;
}

/** One JSON line per event on standard output: `timestamp level service traceId spanId action duration success …`. */
export function createLog(service: string, write: (line: string) => void = (line) => void process.stdout.write(line)): Log {
  const line = (level: LogLevel, action: string, fields: LogFields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
    const span = trace.getActiveSpan()?.spanContext();
    write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, service, traceId: span?.traceId, spanId: span?.spanId, action, ...fields })}\n`);
  };
  return {
    debug: (action, fields = {}) => line('debug', action, fields),
    info: (action, fields = {}) => line('info', action, fields),
    warn: (action, fields = {}) => line('warn', action, fields),
    error: (action, error, fields = {}) => line('error', action, { success: false, ...describeError(error), ...fields }),
  };
}

/** The chain of causes, so that "could not connect" still says why. */
export function describeError(error: unknown): { error: string; stack?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause) messages.push(`${at.name}: ${at.message}`);
  return { error: messages.join(' ← '), stack: error.stack?.split('\n').slice(1, 6).join('\n') };
}
