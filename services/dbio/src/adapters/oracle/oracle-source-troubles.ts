import type { SourceTrouble } from '../../problem.js';
import { nameServerSilent, noAnswerToConnect, noWayTo, unknownHost } from '../source-troubles.js';
import * as account from './oracle-account-troubles.js';
import * as client from './oracle-client-troubles.js';
import { codesOf, mainCodeOf, type DriverError } from './oracle-codes.js';
import * as reach from './oracle-reach-troubles.js';

/** Names for sentences; none of them is secret. */
export interface Where {
  /** Host and port, or the connect string. */
  at: string;
  /** The same without the port, where it is known. */
  host: string;
  user: string;
  /** Of the connection. */
  name: string;
  /** Service or SID that was asked for. */
  service: string;
  /** The connect string, where it may be an alias. */
  alias: string;
}

type ByCode = Record<string, (where: Where) => SourceTrouble>;

const noHandler = ({ at }: Where) => reach.noHandler(at);
const sessionLimit = ({ at }: Where) => reach.sessionLimit(at);
const spaceUsedUp = ({ at }: Where) => reach.spaceUsedUp(at);
const startingOrStopping = ({ at }: Where) => reach.startingOrStopping(at);
const inMaintenance = ({ at }: Where) => reach.inMaintenance(at);
const internalError = ({ at }: Where) => reach.internalError(at);
const poolExhausted = ({ name }: Where) => reach.poolExhausted(name);

/** Of the instance, whether somebody logs on or is logged on. */
const OF_INSTANCE: ByCode = {
  'ORA-00018': sessionLimit,
  'ORA-00020': sessionLimit,
  'ORA-02391': sessionLimit,
  'NJS-040': poolExhausted,
  'NJS-076': poolExhausted,
  'ORA-24496': poolExhausted,
  'ORA-00257': spaceUsedUp,
  'ORA-01536': spaceUsedUp,
  'ORA-01628': spaceUsedUp,
  'ORA-01652': spaceUsedUp,
  'ORA-01653': spaceUsedUp,
  'ORA-01654': spaceUsedUp,
  'ORA-01658': spaceUsedUp,
  'ORA-01688': spaceUsedUp,
  'ORA-01691': spaceUsedUp,
  'ORA-04030': spaceUsedUp,
  'ORA-04031': spaceUsedUp,
  'ORA-04036': spaceUsedUp,
  'ORA-30036': spaceUsedUp,
  'ORA-01033': startingOrStopping,
  'ORA-01034': startingOrStopping,
  'ORA-01089': startingOrStopping,
  'ORA-01090': startingOrStopping,
  'ORA-01092': startingOrStopping,
  'ORA-01109': startingOrStopping,
  'ORA-01219': startingOrStopping,
  'ORA-01035': inMaintenance,
  'ORA-12526': inMaintenance,
  'ORA-12527': inMaintenance,
  'ORA-12528': inMaintenance,
  'ORA-16000': ({ at }) => reach.standbyOnly(at),
  'ORA-00600': internalError,
  'ORA-07445': internalError,
};

const cut = ({ at }: Where) => reach.sessionEnded(at, 'connect', false);
const timedOut = ({ at }: Where) => noAnswerToConnect(at);
const badConnectString = () => client.badConnectString();
const noTnsNames = () => client.noTnsNames();
const noClient = () => client.clientMissing();
const oldClient = () => client.clientTooOld();
const oldVerifier = ({ user }: Where) => client.oldVerifier(user);
const nativeEncryption = ({ at }: Where) => client.nativeEncryption(at);
const nationalCharacterSet = () => client.nationalCharacterSet();
const notOracle = ({ at }: Where) => client.notOracle(at);
const listenerRefused = ({ at }: Where) => reach.listenerRefused(at);
const passwordRules = ({ user }: Where) => account.passwordRules(user);
const noPassword = ({ user }: Where) => account.noPassword(user);

const OF_LOGON: ByCode = {
  'ORA-12541': ({ at }) => reach.noListener(at),
  'NJS-503': ({ at }) => reach.notEstablished(at),
  'NJS-504': ({ at }) => reach.notEstablished(at),
  'ORA-12543': ({ at }) => noWayTo(at),
  'ORA-12545': ({ host }) => unknownHost(host),
  'ORA-12514': ({ service, at }) => reach.unknownService(service, at),
  'ORA-12521': ({ service, at }) => reach.unknownService(service, at),
  'ORA-12505': ({ service, at }) => reach.unknownSid(service, at),
  'ORA-12516': noHandler,
  'ORA-12518': noHandler,
  'ORA-12519': noHandler,
  'ORA-12520': noHandler,
  'NJS-511': listenerRefused,
  'NJS-536': listenerRefused,
  'ORA-12564': listenerRefused,
  'ORA-12170': timedOut,
  'ORA-12535': timedOut,
  'ORA-03136': timedOut,
  'NJS-123': timedOut,
  'NJS-500': cut,
  'NJS-501': cut,
  'NJS-513': cut,
  'NJS-521': cut,
  'ORA-03113': cut,
  'ORA-03135': cut,
  'ORA-12537': cut,
  'ORA-12547': cut,
  'ORA-12570': cut,
  'ORA-12154': ({ alias }) => client.unknownAlias(alias),
  'NJS-516': noTnsNames,
  'NJS-520': noTnsNames,
  'NJS-125': badConnectString,
  'NJS-512': badConnectString,
  'NJS-514': badConnectString,
  'NJS-515': badConnectString,
  'NJS-522': badConnectString,
  'NJS-523': badConnectString,
  'NJS-524': badConnectString,
  'NJS-535': badConnectString,
  'ORA-12533': badConnectString,
  'NJS-507': ({ at }) => client.otherCertificateName(at),
  'NJS-508': ({ at }) => client.otherCertificateName(at),
  'ORA-29003': ({ at }) => client.otherCertificateName(at),
  'ORA-29024': ({ at }) => client.tlsFailed(at, ''),
  'ORA-28860': ({ at }) => client.tlsFailed(at, ''),
  'ORA-28759': () => client.walletUnusable(''),
  'NJS-529': () => client.walletUnusable(''),
  'NJS-138': ({ at }) => client.serverTooOld(at),
  'ORA-03134': ({ at }) => client.serverTooOld(at),
  'NJS-533': nativeEncryption,
  'ORA-12660': nativeEncryption,
  'ORA-12650': nativeEncryption,
  'NJS-100': nationalCharacterSet,
  'NJS-192': nationalCharacterSet,
  'NJS-116': oldVerifier,
  'ORA-28040': oldVerifier,
  'DPI-1047': noClient,
  'NJS-045': noClient,
  'NJS-067': noClient,
  'NJS-118': noClient,
  'DPI-1050': oldClient,
  'DPI-1072': oldClient,
  'NJS-102': notOracle,
  'NJS-103': notOracle,
  'NJS-109': notOracle,
  'NJS-111': notOracle,
  'NJS-112': notOracle,
  'NJS-113': notOracle,
  'NJS-173': notOracle,
  'NJS-509': notOracle,
  'NJS-531': notOracle,
  'NJS-532': notOracle,
  'ORA-01017': ({ user }) => account.wrongPassword(user),
  'ORA-01004': noPassword,
  'ORA-01005': noPassword,
  'NJS-101': noPassword,
  'ORA-28000': ({ user }) => account.accountLocked(user),
  'ORA-28001': ({ user }) => account.passwordExpired(user),
  'ORA-28003': passwordRules,
  'ORA-28007': passwordRules,
  'ORA-28009': ({ user }) => account.sysUser(user),
  'ORA-01045': ({ user }) => account.noSessionRight(user),
};

/** Why nobody got in. */
export function logonTrouble(error: DriverError, where: Where): SourceTrouble {
  const code = mainCodeOf(error);
  if (/^ORA-20\d\d\d$/.test(code)) return account.logonTrigger(where.user, code);
  if (code === 'ORA-28002' || code === 'ORA-28011') return account.passwordExpires(where.user, daysIn(error));
  const known = fromNetwork(error, where) ?? fromTls(error, where) ?? (OF_LOGON[code] ?? OF_INSTANCE[code])?.(where);
  return known ?? (isEnded(error) ? cut(where) : client.logonFailed(where.at));
}

/** Why the session, or the whole instance, is of no use now; undefined when the query is to blame. */
export function sessionTrouble(error: DriverError, where: Where, isWrite: boolean): SourceTrouble | undefined {
  const code = mainCodeOf(error);
  if (code === 'NJS-123' || code === 'ORA-03136' || code === 'ORA-03156') return reach.callTooLong(where.at, isWrite);
  if (/^ORA-(00040|02392|02393|02394|02395|02399|56735|56736|56720)$/.test(code)) return reach.resourceLimit(where.at);
  if (OF_INSTANCE[code]) return OF_INSTANCE[code](where);
  if (OF_CLIENT.test(code)) return logonTrouble(error, where);
  return isEnded(error) ? reach.sessionEnded(where.at, 'call', isWrite) : undefined;
}

/** Of the client and its settings, whenever they are noticed; NJS-500, 501, 513 and 521 speak of the session. */
const OF_CLIENT = /^(DPI-10(47|50|72)|NJS-(045|067|101|116|118|138|50[3-9]|51[0-2]|51[4-9]|520|52[2-9]|53[0-6]))$/;
const ENDED = /^(NJS-(002|003|064|065|500|501|513|521)|DPI-10(10|80)|ORA-(00028|01012|02396|03113|03114|03135|12152|12571))$/;

/** The driver turns most of what ends a session into NJS-500. */
function isEnded(error: DriverError): boolean {
  return codesOf(error).some((code) => ENDED.test(code));
}

/** `ORA-28002: the password will expire within 7 days` */
function daysIn({ message }: DriverError): number | null {
  const days = /\b(?:within|in)\s+(\d+)\s+days?\b/i.exec(message)?.[1];
  return days === undefined ? null : Number(days);
}

/** What the network said is within the driver's words, not in its code. */
function fromNetwork({ message }: DriverError, { at, host }: Where): SourceTrouble | undefined {
  if (/EHOSTUNREACH|ENETUNREACH/.test(message)) return noWayTo(at);
  if (/ETIMEDOUT/.test(message)) return noAnswerToConnect(at);
  if (/EAI_AGAIN/.test(message)) return nameServerSilent(host);
  if (/ECONNRESET|EPIPE/.test(message)) return reach.sessionEnded(at, 'connect', false);
  return undefined;
}

/** The words of the TLS library, or of the file system about the wallet, are in the second line. */
function fromTls({ message }: DriverError, { at }: Where): SourceTrouble | undefined {
  const detail = message.split('\n').slice(1).find((line) => !/Help:|https?:/.test(line))?.trim() ?? '';
  if (/NJS-50[78]/.test(message)) return client.otherCertificateName(at); // the driver reports it behind an NJS-506
  if (/NJS-506/.test(message)) return client.tlsFailed(at, detail);
  return /NJS-505|ewallet\.pem/.test(message) ? client.walletUnusable(detail) : undefined;
}
