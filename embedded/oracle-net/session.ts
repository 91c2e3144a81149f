import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { OracleError, type BackendSession } from './backend.ts';
import { Conversation, suffer, type ServerParts } from './conversation.ts';
import { logOn, type LoggedOn } from './logon.ts';
import { Statements } from './statements.ts';
import { checkNegotiation, negotiationFailedPacket, negotiationPacket } from './tns/advanced-negotiation.ts';
import { acceptPacket, agreedSdu, readConnect, refusePacket, resendPacket, type ConnectRequest } from './tns/connect.ts';
import { Interrupted, Line, LineClosed } from './tns/line.ts';
import { ProtocolError } from './tns/packets.ts';
import { FUNCTION, readCallHeader, writeStatus, type CallHeader } from './ttc/calls.ts';
import { readExecute, readReexecute } from './ttc/execute-request.ts';
import { readLobRequest, writeLobAnswer } from './ttc/lob-messages.ts';
import { readLogon } from './ttc/logon-messages.ts';
import { readPiggyback } from './ttc/piggybacks.ts';

const FIRST_VERSION_WITH_LARGE_PACKETS = 315;
const FIRST_VERSION_WITH_MARKED_ENDS = 319;
const LARGEST_SDU = 65_535;
const REFUSED = 12516;
const ENCRYPTION_MISSING = 12660;
const CANCEL_AGAIN_MS = 20;

/** The story of one connection: it is accepted, logs on, and calls until one side ends it. */
export class Session {
  readonly #parts: ServerParts;
  readonly #line: Line;
  #backend: BackendSession | null = null;
  /** The backend does something that a break would end. */
  #isBusy = false;
  #cancelling: Promise<void> = Promise.resolve();

  constructor(socket: Duplex, parts: ServerParts) {
    this.#parts = parts;
    this.#line = new Line(socket);
    this.#line.onInterrupt = () => this.#cancel();
    this.#line.onClosed = () => this.#cancel();
  }

  /** Settled when the connection is over and its backend session closed. Never rejects. */
  async run(): Promise<void> {
    try {
      const talk = await this.#accept();
      const loggedOn = await logOn(talk);
      this.#backend = loggedOn.session;
      await this.#serve(talk, loggedOn);
    } catch (error) {
      const cause = this.#line.brokenBecause ?? (error as Error);
      if (!(cause instanceof LineClosed || cause instanceof Interrupted)) this.#parts.seen.protocolError(cause);
    } finally {
      this.#isBusy = false;
      this.#line.end();
      await this.#backend?.close().catch((error: Error) => this.#parts.seen.protocolError(error));
    }
  }

  destroy(): void {
    this.#line.destroy();
  }

  /** CONNECT, and ACCEPT or REFUSE. */
  async #accept(): Promise<Conversation> {
    const request = await this.#readConnect();
    await this.#meetListener();
    const { backend, dialect } = this.#parts;
    if (request.sid !== '' && !backend.hasService(request.sid)) return this.#refuse(12505);
    if (request.sid === '' && !backend.hasService(request.serviceName)) return this.#refuse(12514);
    const version = Math.min(dialect.tnsVersion, request.version);
    const marksEnds = dialect.hasEndOfResponse && version >= FIRST_VERSION_WITH_MARKED_ENDS;
    const sdu = agreedSdu(request.sdu, LARGEST_SDU);
    const negotiates = request.wantsNegotiation || this.#parts.requiresEncryption;
    this.#line.write(acceptPacket({ version, sdu, hasFastAuth: dialect.hasFastAuth, hasEndOfResponse: marksEnds, negotiates }));
    if (version >= FIRST_VERSION_WITH_LARGE_PACKETS) this.#line.useLargeLengths();
    if (negotiates) await this.#negotiate();
    return new Conversation(this.#parts, this.#line, { sdu, marksEnds, serviceName: nameOf(request) });
  }

  /** As often as the listener asks for it. */
  async #readConnect(): Promise<ConnectRequest> {
    for (let left = this.#parts.resends; left > 0; left -= 1) {
      await readConnect(this.#line, await this.#line.next());
      this.#line.write(resendPacket());
    }
    return readConnect(this.#line, await this.#line.next());
  }

  /** Services that the client may have to have: none, or encryption, which thin clients lack. */
  async #negotiate(): Promise<void> {
    const { hasLargeLengths } = this.#line;
    checkNegotiation(await this.#line.nextPayload());
    if (!this.#parts.requiresEncryption) return void this.#line.write(negotiationPacket(hasLargeLengths));
    this.#line.write(negotiationFailedPacket(ENCRYPTION_MISSING, hasLargeLengths));
    throw new LineClosed('The client cannot encrypt.');
  }

  async #meetListener(): Promise<void> {
    const action = this.#parts.faults.take('connect', false);
    if (action === null) return;
    if (action === 'refuse') return this.#refuse(REFUSED);
    if (typeof action === 'object' && 'error' in action) return this.#refuse(action.error.number);
    await suffer(action, this.#line, this.#parts.faults);
  }

  #refuse(code: number): never {
    this.#line.write(refusePacket(code));
    throw new LineClosed(`The listener refused the client with ${code}.`);
  }

  async #serve(talk: Conversation, loggedOn: LoggedOn): Promise<void> {
    const statements = new Statements(talk, loggedOn.session, loggedOn.about.sessionId);
    for (let goesOn = true; goesOn;) {
      statements.currentCursorId = 0;
      try {
        goesOn = await this.#call(talk, statements, loggedOn);
      } catch (error) {
        if (!(error instanceof OracleError || error instanceof Interrupted)) throw error;
        if (!this.#line.isInterrupted && error instanceof OracleError) await talk.fail(error, { cursorId: statements.currentCursorId, rowCount: error.rowsBefore });
      }
      this.#isBusy = false;
      await this.#cancelling;
      if (this.#line.isInterrupted) await talk.endInterruption(statements.currentCursorId);
    }
  }

  /** One call, with what rides on it. @returns false after the logoff. @throws OracleError, Interrupted, LineClosed, ProtocolError */
  async #call(talk: Conversation, statements: Statements, loggedOn: LoggedOn): Promise<boolean> {
    const { reader, fieldVersion } = talk;
    let call: CallHeader;
    for (;;) {
      call = await reader.part((from) => readCallHeader(from, fieldVersion));
      if (!call.isPiggyback) break;
      await this.#obeyPiggyback(talk, statements, loggedOn, call.function);
    }
    this.#isBusy = true;
    return this.#answer(talk, statements, loggedOn, call.function);
  }

  async #answer(talk: Conversation, statements: Statements, loggedOn: LoggedOn, called: number): Promise<boolean> {
    const { reader, fieldVersion } = talk;
    switch (called) {
      case FUNCTION.execute:
        await statements.execute(await reader.part((from) => readExecute(from, fieldVersion, talk.hasLengths)));
        return true;
      case FUNCTION.reexecute: case FUNCTION.reexecuteAndFetch:
        await statements.execute(await reader.part((from) => readReexecute(from, called === FUNCTION.reexecuteAndFetch)));
        return true;
      case FUNCTION.fetch: {
        const [cursorId, count] = await reader.part((from) => [from.ub(), from.ub()] as const);
        await statements.fetch(cursorId, count);
        return true;
      }
      case FUNCTION.authOne:
        loggedOn.passwordChange.begin(await reader.part((from) => readLogon(from, talk.hasLengths)));
        return true;
      case FUNCTION.authTwo:
        loggedOn.passwordChange.finish(await reader.part((from) => readLogon(from, talk.hasLengths)));
        return true;
      case FUNCTION.lob: {
        const request = await reader.part(readLobRequest);
        const answer = statements.lobs.operate(request);
        talk.answer((writer) => {
          writeLobAnswer(writer, request, answer);
          talk.endOfCall(writer);
        });
        return true;
      }
      default:
        return this.#answerSimply(talk, statements, called);
    }
  }

  /** Calls without arguments. */
  async #answerSimply(talk: Conversation, statements: Statements, called: number): Promise<boolean> {
    const simple = SIMPLE_CALLS[called];
    if (!simple) throw new ProtocolError(`Function ${called} is not known here.`);
    await talk.meet(simple);
    if (simple === 'commit') await statements.commit();
    else if (simple === 'rollback') await statements.rollback();
    else talk.parts.seen.count(simple === 'ping' ? 'pings' : 'logoffs');
    await talk.meet(simple, { afterwards: true });
    talk.answer((writer) => writeStatus(writer, talk.isInTransaction));
    return simple !== 'logoff';
  }

  async #obeyPiggyback(talk: Conversation, statements: Statements, loggedOn: LoggedOn, called: number): Promise<void> {
    const piggyback = await talk.reader.part((from) => readPiggyback(from, called, talk.hasLengths));
    for (const id of piggyback.closes ?? []) await statements.cursors.close(id);
    for (const id of piggyback.cancels ?? []) await statements.cursors.cancel(id);
    if (piggyback.frees) statements.lobs.free(piggyback.frees);
    if (!piggyback.identity) return;
    Object.assign(talk.parts.seen.identity, piggyback.identity);
    loggedOn.session.identify(piggyback.identity);
  }

  #cancel(): void {
    if (this.#isBusy && this.#backend) this.#cancelling = this.#cancelUntilDone(this.#backend).catch((error: Error) => this.#parts.seen.protocolError(error));
  }

  /** A call may have several steps, and a break between two of them ends neither: it is repeated until the call is over. */
  async #cancelUntilDone(backend: BackendSession): Promise<void> {
    while (this.#isBusy) {
      await backend.cancel();
      if (this.#isBusy) await sleep(CANCEL_AGAIN_MS);
    }
  }
}

const SIMPLE_CALLS: Record<number, 'commit' | 'rollback' | 'ping' | 'logoff' | undefined> = {
  [FUNCTION.commit]: 'commit', [FUNCTION.rollback]: 'rollback', [FUNCTION.ping]: 'ping', [FUNCTION.logoff]: 'logoff',
};

function nameOf(request: ConnectRequest): string {
  return request.serviceName || request.sid;
}

