import { randomUUID } from 'node:crypto';
import { OracleError, type Account, type BackendSession, type SessionAbout } from './backend.ts';
import type { Conversation } from './conversation.ts';
import { PasswordChange, setNewPassword, wrongPassword } from './password-change.ts';
import { LineClosed } from './tns/line.ts';
import { ProtocolError } from './tns/packets.ts';
import { FUNCTION, readCallHeader, writeStatus } from './ttc/calls.ts';
import { challengePairs, hex, readLogon, writePairs, writeWarning, type LogonRequest } from './ttc/logon-messages.ts';
import type { MessageWriter } from './ttc/message-writer.ts';
import { readBeginning, readDataTypes, writeDataTypes, writeProtocol, type ClientTypes } from './ttc/negotiation.ts';
import { challengeFor, passwordFrom, serverResponse, sharedKey, type Challenge } from './ttc/verifiers.ts';

export interface LoggedOn {
  about: SessionAbout;
  session: BackendSession;
  passwordChange: PasswordChange;
}

/** Negotiation and logon, in two round trips or in four. @throws LineClosed, ProtocolError */
export async function logOn(talk: Conversation): Promise<LoggedOn> {
  const fastTypes = await negotiate(talk);
  const { called, request: first } = await readPhase(talk);
  if (fastTypes) {
    talk.agree(fastTypes);
    talk.beforeAnswer = (writer) => writeNegotiation(writer, talk, fastTypes);
  }
  try {
    await talk.meet('logon');
    // A client that begins with the second phase wants to be known by its certificate or a token; nobody is here.
    if (called === FUNCTION.authTwo) throw wrongPassword();
    return await checkAndOpen(talk, first);
  } catch (error) {
    if (error instanceof OracleError) await refuse(talk, first.user, error);
    throw error;
  }
}

/** PROTOCOL and DATA_TYPES step by step; of a client in a hurry they are only read. @returns the types of the latter */
async function negotiate(talk: Conversation): Promise<ClientTypes | null> {
  const { dialect, nationalCharacterSet, databaseOffsetMinutes } = talk.parts;
  const { clientName, fast } = await talk.reader.part((reader) => readBeginning(reader, dialect));
  talk.clientName = clientName;
  if (fast) {
    talk.fieldVersion = fast.fieldVersion;
    return fast.types;
  }
  talk.answerUnmarked((writer) => writeProtocol(writer, dialect, nationalCharacterSet));
  const types = await talk.reader.part((reader) => readDataTypes(reader, dialect));
  talk.agree(types);
  talk.answerUnmarked((writer) => writeDataTypes(writer, dialect, types, databaseOffsetMinutes));
  return null;
}

/** Goes out together with the answer to the first phase. */
function writeNegotiation(writer: MessageWriter, talk: Conversation, types: ClientTypes): void {
  const { dialect, nationalCharacterSet, databaseOffsetMinutes } = talk.parts;
  writeProtocol(writer, dialect, nationalCharacterSet);
  writeDataTypes(writer, dialect, types, databaseOffsetMinutes);
}

/** @throws ProtocolError when the client calls anything else */
async function readPhase(talk: Conversation): Promise<{ called: number; request: LogonRequest }> {
  return talk.reader.part((reader) => {
    const call = readCallHeader(reader, talk.fieldVersion);
    const isLogon = call.function === FUNCTION.authOne || call.function === FUNCTION.authTwo;
    if (!isLogon) throw new ProtocolError(`The client called function ${call.function} before it was logged on.`);
    return { called: call.function, request: readLogon(reader, talk.hasLengths) };
  });
}

async function checkAndOpen(talk: Conversation, first: LogonRequest): Promise<LoggedOn> {
  const { parts } = talk;
  const account = parts.backend.account(first.user, first.privilege);
  const challenge = challengeFor(account?.password ?? randomUUID(), account?.verifier ?? '12c');
  talk.answer((writer) => {
    writePairs(writer, challengePairs(challenge));
    writeStatus(writer, false);
  });
  const { request: second } = await readPhase(talk);
  const key = check(talk, account, challenge, second);
  const about = aboutSession(talk, first);
  const session = await parts.backend.open(about);
  try {
    await talk.meet('session');
  } catch (error) {
    await session.close();
    throw error;
  }
  welcome(talk, about, key, account);
  return { about, session, passwordChange: new PasswordChange(talk, key, (newKey) => sessionPairs(talk, about, newKey)) };
}

function welcome(talk: Conversation, about: SessionAbout, key: Buffer, account: Account | undefined): void {
  talk.parts.seen.logon({ user: about.user, ok: true, errorNumber: null, at: new Date() });
  talk.answer((writer) => {
    writePairs(writer, sessionPairs(talk, about, key));
    if (account?.warning) writeWarning(writer, account.warning);
    writeStatus(writer, false);
  });
}

/** @returns the key that both sides have. @throws OracleError when the account may not log on */
function check(talk: Conversation, account: Account | undefined, challenge: Challenge, request: LogonRequest): Buffer {
  const { backend } = talk.parts;
  if (request.user === 'SYS' && !request.privilege) throw new OracleError(28009, 'connection as SYS should be as SYSDBA or SYSOPER');
  const refusal = account?.refusal;
  const changes = request.pairs.has('AUTH_NEWPASSWORD');
  const isExpired = refusal?.number === 28001;
  if (refusal && (refusal.number === 28000 || (isExpired && !changes))) throw refusal;
  const key = sharedKey(challenge, Buffer.from(request.pairs.get('AUTH_SESSKEY') ?? '', 'hex'));
  const password = key && passwordFrom(key, Buffer.from(request.pairs.get('AUTH_PASSWORD') ?? '', 'hex'));
  if (!account || !key || password !== account.password) throw wrongPassword();
  if (refusal && !isExpired) throw refusal;
  if (changes) setNewPassword(backend, request, key);
  return key;
}

async function refuse(talk: Conversation, user: string, error: OracleError): Promise<never> {
  talk.parts.seen.logon({ user, ok: false, errorNumber: error.number, at: new Date() });
  await talk.fail(error);
  talk.line.end();
  throw new LineClosed('The logon was refused.');
}

function aboutSession(talk: Conversation, first: LogonRequest): SessionAbout {
  const sessionId = talk.parts.nextSessionId();
  return {
    user: first.user, service: talk.serviceName, privilege: first.privilege, sessionId, serialNumber: 10_000 + sessionId,
    program: first.pairs.get('AUTH_PROGRAM_NM') ?? '', machine: first.pairs.get('AUTH_MACHINE') ?? '',
  };
}

function sessionPairs(talk: Conversation, about: SessionAbout, key: Buffer): [string, string][] {
  const { dialect, maxOpenCursors } = talk.parts;
  const service = about.service.toLowerCase();
  return [
    ['AUTH_VERSION_STRING', dialect.banner], ['AUTH_VERSION_NO', String(dialect.versionNumber)],
    ['AUTH_DBNAME', about.service], ['AUTH_SC_DBUNIQUE_NAME', service], ['AUTH_SC_REAL_DBUNIQUE_NAME', service], ['AUTH_SC_DB_DOMAIN', ''],
    ['AUTH_SC_SERVICE_NAME', service], ['AUTH_INSTANCENAME', service], ['AUTH_MAX_OPEN_CURSORS', String(maxOpenCursors)],
    ['AUTH_MAX_IDEN_LENGTH', dialect.name === '12.1' ? '30' : '128'],
    ['AUTH_SESSION_ID', String(about.sessionId)], ['AUTH_SERIAL_NUM', String(about.serialNumber)], ['AUTH_SVR_RESPONSE', hex(serverResponse(key))],
  ];
}
