import { OracleError, type Backend } from './backend.ts';
import type { Dialect } from './dialects.ts';
import type { FaultAction, FaultPlace, FaultScript } from './faults.ts';
import type { Seen } from './seen.ts';
import { LineClosed, type Line } from './tns/line.ts';
import { MARKER } from './tns/packets.ts';
import { writeEndOfCall, type EndOfCall } from './ttc/end-of-call.ts';
import { MessageReader } from './ttc/message-reader.ts';
import { MessageWriter } from './ttc/message-writer.ts';
import type { ClientTypes } from './ttc/negotiation.ts';

/** What all connections of a server share. */
export interface ServerParts {
  backend: Backend;
  dialect: Dialect;
  faults: FaultScript;
  seen: Seen;
  nationalCharacterSet: number;
  databaseOffsetMinutes: number;
  maxOpenCursors: number;
  /** Turns away clients without native network encryption. */
  requiresEncryption: boolean;
  /** How often the listener asks for CONNECT again. */
  resends: number;
  nextSessionId(): number;
}

/** The exchange of messages with one client after it was accepted. */
export class Conversation {
  readonly parts: ServerParts;
  readonly line: Line;
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  /** Both sides mark where a response ends; errors travel inline then. */
  readonly marksEnds: boolean;
  readonly serviceName: string;
  /** The layout of messages, once agreed. */
  fieldVersion: number;
  clientName = '';
  /** As agreed with the client: see ClientTypes. */
  hasLengths = true;
  hasWideScales = false;
  isInTransaction = false;
  /** Goes out in front of the next answer, whatever that is. */
  beforeAnswer: ((writer: MessageWriter) => void) | null = null;

  constructor(parts: ServerParts, line: Line, about: { sdu: number; marksEnds: boolean; serviceName: string }) {
    this.parts = parts;
    this.line = line;
    this.reader = new MessageReader(() => line.nextPayload());
    this.writer = new MessageWriter(line, about.sdu);
    this.marksEnds = about.marksEnds;
    this.serviceName = about.serviceName;
    this.fieldVersion = parts.dialect.fieldVersion;
  }

  /** Most bytes of a VARCHAR2. */
  get longestString(): number {
    return this.parts.dialect.hasLongStrings ? 32_767 : 4_000;
  }

  /** @param types as the client has them */
  agree(types: ClientTypes): void {
    this.fieldVersion = types.fieldVersion;
    this.hasLengths = types.hasLengths;
    this.hasWideScales = types.hasWideScales;
  }

  /** Writes an answer and sends it. */
  answer(write: (writer: MessageWriter) => void): void {
    this.beforeAnswer?.(this.writer);
    this.beforeAnswer = null;
    write(this.writer);
    this.writer.end(this.marksEnds);
  }

  /** As the answers before the logon are sent to clients that negotiate step by step. */
  answerUnmarked(write: (writer: MessageWriter) => void): void {
    write(this.writer);
    this.writer.end(false);
  }

  /** Answers with an error: inline, or by breaking the line first. What was written of an answer is withdrawn. @throws LineClosed */
  async fail(error: OracleError, about: Partial<EndOfCall> = {}): Promise<void> {
    this.writer.abandon();
    if (!this.marksEnds && !this.line.isInterrupted) {
      this.line.sendMarker(MARKER.break);
      await this.line.reset();
    }
    this.reader.clear(); // such as values for a cursor that nobody knows, so that nobody can read them
    this.answer((writer) => this.endOfCall(writer, { ...about, error }));
  }

  /** After a break of the client: once it has reset the line, its call ends with ORA-01013. @throws LineClosed */
  async endInterruption(cursorId: number): Promise<void> {
    this.parts.seen.count('breaks');
    this.writer.abandon();
    await this.line.reset();
    this.reader.clear();
    this.answer((writer) => this.endOfCall(writer, { cursorId, error: new OracleError(1013, 'user requested cancel of current operation') }));
  }

  endOfCall(writer: MessageWriter, about: Partial<EndOfCall> = {}): void {
    writeEndOfCall(writer, { fieldVersion: this.fieldVersion, isInTransaction: this.isInTransaction, cursorId: 0, rowCount: 0, ...about });
  }

  /** Suffers the fault that is due here, if any. @returns a fault of rows, for whoever sends them. @throws OracleError, LineClosed, Interrupted */
  async meet(at: FaultPlace, { sql, afterwards = false }: { sql?: string; afterwards?: boolean } = {}): Promise<FaultAction | null> {
    const action = this.parts.faults.take(at, afterwards, sql);
    if (action !== null) await suffer(action, this.line, this.parts.faults);
    return action;
  }
}

/** @throws OracleError, LineClosed, Interrupted */
export async function suffer(action: FaultAction, line: Line, faults: FaultScript): Promise<void> {
  if (action === 'hang') return faults.hang((over) => line.hangUntil(over));
  if (action === 'cut' || action === 'refuse') {
    line.destroy();
    throw new LineClosed('The connection was cut off.');
  }
  if ('error' in action) throw action.error;
  if ('delayMs' in action) return line.pause(action.delayMs);
  if ('hangMs' in action) return faults.hang((over) => line.hangUntil(over), action.hangMs);
}
