import type { OracleError, Privilege } from '../backend.ts';
import { MESSAGE } from './calls.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Challenge } from './verifiers.ts';

const MODE = { changePassword: 0x02, sysdba: 0x20, sysoper: 0x40, sysasm: 0x400000, sysbackup: 0x1000000, sysdg: 0x2000000, syskm: 0x4000000, sysrac: 0x8000000 };
const PRIVILEGES: [number, Privilege][] = [
  [MODE.sysdba, 'SYSDBA'], [MODE.sysoper, 'SYSOPER'], [MODE.sysasm, 'SYSASM'], [MODE.sysbackup, 'SYSBACKUP'],
  [MODE.sysdg, 'SYSDG'], [MODE.syskm, 'SYSKM'], [MODE.sysrac, 'SYSRAC'],
];

/** One phase of a logon, or a later change of password. */
export interface LogonRequest {
  /** Upper case unless the client quoted it. */
  user: string;
  privilege: Privilege | undefined;
  pairs: Map<string, string>;
}

export function readLogon(reader: MessageReader, hasLengths: boolean): LogonRequest {
  const hasUser = reader.u8() === 1;
  const nameBytes = reader.ub();
  const mode = reader.ub();
  reader.u8();
  const count = reader.ub();
  reader.bytes(2);
  const name = hasUser ? reader.textOf(nameBytes, hasLengths) : '';
  const pairs = new Map<string, string>();
  for (let i = 0; i < count; i += 1) {
    reader.ub();
    const key = reader.text();
    pairs.set(key, reader.ub() > 0 ? reader.text() : '');
    reader.ub();
  }
  const user = /^".*"$/.test(name) ? name.slice(1, -1) : name.toUpperCase();
  return { user, privilege: PRIVILEGES.find(([bit]) => (mode & bit) !== 0)?.[1], pairs };
}

/** Names and values, some with a flag. */
export function writePairs(writer: MessageWriter, pairs: [key: string, value: string, flag?: number][]): void {
  writer.u8(MESSAGE.parameter);
  writer.ub(pairs.length);
  for (const [key, value, flag] of pairs) {
    writer.sizedText(key);
    writer.sizedText(value);
    writer.ub(flag ?? 0);
  }
}

export function challengePairs(challenge: Challenge): [string, string, number?][] {
  const pairs: [string, string, number?][] = [
    ['AUTH_SESSKEY', hex(challenge.encryptedKey)],
    ['AUTH_VFR_DATA', hex(challenge.verifierData), challenge.verifierType],
  ];
  if (challenge.mixesOldWay) return pairs;
  return [
    ...pairs, ['AUTH_PBKDF2_CSK_SALT', hex(challenge.mixingSalt)],
    ['AUTH_PBKDF2_VGEN_COUNT', String(challenge.verifierRounds)], ['AUTH_PBKDF2_SDER_COUNT', String(challenge.keyRounds)],
  ];
}

/** A logon that passed may carry a warning, such as ORA-28002. */
export function writeWarning(writer: MessageWriter, warning: OracleError): void {
  const text = `${warning.message}\n`;
  writer.u8(MESSAGE.warning);
  writer.ubs(warning.number, Buffer.byteLength(text), 0);
  writer.text(text);
}

export function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
