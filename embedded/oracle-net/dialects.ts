/** `11.2` is too old for the thin driver, which says so (NJS-138) as soon as it is accepted. */
export type DialectName = '23ai' | '19c' | '12.1' | '11.2';

/** How a release of the database speaks. */
export interface Dialect {
  name: DialectName;
  /** TNS version of ACCEPT. */
  tnsVersion: number;
  /** Logs on in two round trips instead of four. */
  hasFastAuth: boolean;
  /** Says where a response ends, and so sends errors inline; others break the line for each error. */
  hasEndOfResponse: boolean;
  /** Newest layout of TTC messages it knows. */
  fieldVersion: number;
  /** VARCHAR2 may have 32,767 bytes instead of 4,000. */
  hasLongStrings: boolean;
  /** Tells its time zone while types are negotiated; otherwise the driver asks `SELECT DBTIMEZONE FROM DUAL`. */
  tellsTimeZone: boolean;
  /** The release, such as 19.23.0.0.0, as one number: its layout changed with 18c. */
  versionNumber: number;
  banner: string;
}

export const DIALECTS: Record<DialectName, Dialect> = {
  '23ai': {
    name: '23ai', tnsVersion: 319, hasFastAuth: true, hasEndOfResponse: true, fieldVersion: 24, hasLongStrings: true, tellsTimeZone: true,
    versionNumber: newNumber(23, 6, 0, 24, 10), banner: 'Oracle Database 23ai Enterprise Edition Release 23.0.0.0.0 - Production',
  },
  '19c': {
    name: '19c', tnsVersion: 318, hasFastAuth: false, hasEndOfResponse: false, fieldVersion: 12, hasLongStrings: true, tellsTimeZone: true,
    versionNumber: newNumber(19, 23, 0, 0, 0), banner: 'Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production',
  },
  '12.1': {
    name: '12.1', tnsVersion: 315, hasFastAuth: false, hasEndOfResponse: false, fieldVersion: 7, hasLongStrings: false, tellsTimeZone: false,
    versionNumber: oldNumber(12, 1, 0, 2, 0), banner: 'Oracle Database 12c Enterprise Edition Release 12.1.0.2.0 - 64bit Production',
  },
  '11.2': {
    name: '11.2', tnsVersion: 314, hasFastAuth: false, hasEndOfResponse: false, fieldVersion: 6, hasLongStrings: false, tellsTimeZone: false,
    versionNumber: oldNumber(11, 2, 0, 4, 0), banner: 'Oracle Database 11g Enterprise Edition Release 11.2.0.4.0 - 64bit Production',
  },
};

/** Layouts of TTC messages that add or change fields. */
export const FIELD_VERSION = { v12_2: 8, v12_2ext: 9, v18ext: 11, v20: 14, v23: 17, v23ext1: 18, v23ext3: 20, v23_4: 24 } as const;

function newNumber(version: number, release: number, update: number, port: number, portUpdate: number): number {
  return (version << 24) | (release << 16) | (update << 12) | (port << 4) | portUpdate;
}

function oldNumber(version: number, release: number, update: number, port: number, portUpdate: number): number {
  return (version << 24) | (release << 20) | (update << 12) | (port << 8) | portUpdate;
}
