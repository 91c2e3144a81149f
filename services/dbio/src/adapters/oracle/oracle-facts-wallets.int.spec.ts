import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import type { ConnectTest } from '@tank/contracts';
import { makeCertificate } from '../../../../../embedded/oracle-net/certificates.ts';
import { inOwnProcess } from '../../../test/own-process.js';
import { ORACLE_LIMITS, ORACLE_SETTINGS, ScriptedOracle, type OpenedWith } from '../../../test/scripted-oracle.js';

/* Fact 10: encrypted connections, with a wallet and without one. */
const authority = makeCertificate({ commonName: 'The authority' });
const otherAuthority = makeCertificate({ commonName: 'Another authority' });
const ofServer = makeCertificate({ commonName: 'db', hosts: ['127.0.0.1'], issuer: authority });
const ofElsewhere = makeCertificate({ commonName: 'elsewhere', hosts: ['db.elsewhere.example'], issuer: authority });
const ofTank = makeCertificate({ commonName: 'tank', hosts: ['tank'], issuer: authority });
const sealedKey = createPrivateKey(ofTank.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' }) as string;

const walletDir = mkdtempSync(join(tmpdir(), 'tank-wallets-'));
const authorityFile = join(walletDir, 'authority.pem');
writeFileSync(authorityFile, authority.cert);

let oracle: ScriptedOracle;
afterEach(() => oracle.close());
afterAll(() => rmSync(walletDir, { recursive: true }));

/** `twoWay`: the server lets nobody in without a certificate of the authority. */
async function start({ twoWay = false, certificate = ofServer } = {}): Promise<void> {
  oracle = await ScriptedOracle.start({ tls: { key: certificate.key, cert: certificate.cert, ...(twoWay ? { ca: authority.cert, requestCert: true } : {}) } });
  oracle.backend.on(/^select/i, { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] });
}
function walletOf(...parts: string[]): OpenedWith {
  const name = `wallet-${parts.length}-${Math.random().toString(36).slice(2)}`;
  mkdirSync(join(walletDir, name));
  writeFileSync(join(walletDir, name, 'ewallet.pem'), parts.join(''));
  return { connection: { wallet: name, tls: 'verify' }, settings: { walletDir } };
}
const connectTest = (opened: OpenedWith): Promise<ConnectTest> => oracle.open(opened).connectTest();
const refused = (problem: object) => ({ ok: false, problem });

describe('fact 10: ewallet.pem must hold key, certificate, CA', () => {
  it('with all three the server is trusted, and knows who is there, at every connection', async () => {
    await start({ twoWay: true });
    const source = oracle.open(walletOf(ofTank.key, ofTank.cert, authority.cert));
    expect(await source.connectTest()).toMatchObject({ ok: true });
    expect((await source.lookUp('SELECT grade FROM t WHERE id = :ID', { ID: '1' })).rows).toEqual([{ GRADE: 7 }]);
    oracle.server.cutConnections();
    expect(await source.connectTest()).toMatchObject({ ok: true });
  });

  it('a key with a password needs that of the wallet', async () => {
    await start({ twoWay: true });
    const wallet = walletOf(sealedKey, ofTank.cert, authority.cert);
    expect(await connectTest({ ...wallet, walletPassword: 'sesame' })).toMatchObject({ ok: true });
    expect(await connectTest({ ...wallet, walletPassword: 'open' })).toMatchObject(refused({ code: 'SOURCE_WALLET', databaseCodes: ['NJS-505'] }));
    expect(await connectTest(wallet)).toMatchObject(refused({ code: 'SOURCE_WALLET', databaseCodes: ['NJS-505'] }));
  });

  it.each<[string, string[]]>([
    ['the key', [ofTank.cert, authority.cert]],
    ['key and certificate, as one for one-way TLS would', [authority.cert]],
    ['everything', ['']],
  ])('without %s the driver cannot use it, and the adapter says what has to be in it', async (_, parts) => {
    await start();
    const wallet = walletOf(...parts);
    const { connectString } = oracle.logon;
    const direct = oracledb.getConnection({ ...oracle.logon, connectString: `tcps://${connectString}`, walletLocation: join(walletDir, wallet.connection!.wallet!) });
    await expect(direct).rejects.toMatchObject({ code: 'NJS-505' });
    const test = await connectTest(wallet);
    expect(test).toMatchObject(refused({ code: 'SOURCE_WALLET', databaseCodes: ['NJS-505'], remedy: expect.stringMatching(/key, certificate and authority.*NODE_EXTRA_CA_CERTS/) }));
    expect(oracle.server.seen.counts.logons).toBe(0);
  });

  it.each<[string, string[]]>([
    ['without the CA', [ofTank.key, ofTank.cert]],
    ['with another CA', [ofTank.key, ofTank.cert, otherAuthority.cert]],
  ])('%s the server is not trusted, and nobody logs on', async (_, parts) => {
    await start();
    expect(await connectTest(walletOf(...parts))).toMatchObject(refused({ code: 'SOURCE_TLS', databaseCodes: ['NJS-506'] }));
    expect(oracle.server.seen.counts.logons).toBe(0);
  });

  it('a server that wants a certificate lets nobody in without one, or with that of another authority', async () => {
    await start({ twoWay: true });
    const stranger = makeCertificate({ commonName: 'tank', hosts: ['tank'], issuer: otherAuthority });
    expect(await connectTest(walletOf(stranger.key, stranger.cert, authority.cert))).toMatchObject(refused({ code: expect.stringMatching(/^SOURCE_(TLS|CUT_OFF)$/) }));
    expect(oracle.server.seen.counts.logons).toBe(0);
  });
});

describe('fact 10: for one-way TLS use no wallet and NODE_EXTRA_CA_CERTS', () => {
  const given = () => ({ connection: oracle.connection({ tls: 'verify' }), settings: ORACLE_SETTINGS, limits: ORACLE_LIMITS });
  const trying = (env: Record<string, string>, about = given()) => inOwnProcess(env, about, async ({ connection, settings, limits }, { Source }) => {
    const source = new Source(connection, { password: 'tank', walletPassword: null }, settings, limits);
    const test = await source.connectTest();
    const found = test.ok ? await source.lookUp('SELECT grade FROM t WHERE id = :ID', { ID: '1' }) : null;
    await source.close();
    return { test, rows: found?.rows };
  });

  it('the adapter trusts the authority that is named there', async () => {
    await start();
    expect(await trying({ NODE_EXTRA_CA_CERTS: authorityFile })).toMatchObject({ test: { ok: true }, rows: [{ GRADE: 7 }] });
  });

  it('and no server of one that is not; it says where to name it', async () => {
    await start();
    expect(await trying({})).toMatchObject({ test: refused({ code: 'SOURCE_TLS', databaseCodes: ['NJS-506'], remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') }) });
    expect(oracle.server.seen.counts.logons).toBe(0);
  });

  it('a wallet stands in its place: the authorities of NODE_EXTRA_CA_CERTS do not count beside it', async () => {
    await start();
    const { connection, settings } = walletOf(ofTank.key, ofTank.cert, otherAuthority.cert);
    const about = { ...given(), connection: oracle.connection(connection), settings: { ...ORACLE_SETTINGS, ...settings } };
    expect(await trying({ NODE_EXTRA_CA_CERTS: authorityFile }, about)).toMatchObject({ test: refused({ code: 'SOURCE_TLS' }) });
  });

  it('with "verify" the certificate must be for this host, with "on" it may be for another one; some authority must vouch for it in both', async () => {
    await start({ certificate: ofElsewhere });
    const about = (tls: 'on' | 'verify') => ({ ...given(), connection: oracle.connection({ tls }) });
    const otherName = refused({ code: 'SOURCE_TLS', databaseCodes: expect.arrayContaining(['NJS-508']), message: expect.stringContaining('another name') });
    expect(await trying({ NODE_EXTRA_CA_CERTS: authorityFile }, about('verify'))).toMatchObject({ test: otherName });
    expect(await trying({ NODE_EXTRA_CA_CERTS: authorityFile }, about('on'))).toMatchObject({ test: { ok: true } });
    expect(await trying({}, about('on'))).toMatchObject({ test: refused({ code: 'SOURCE_TLS' }) });
  });

  it('a certificate that has expired is none', async () => {
    await start({ certificate: makeCertificate({ commonName: 'db', hosts: ['127.0.0.1'], issuer: authority, notAfter: new Date(Date.now() - 1000) }) });
    expect(await trying({ NODE_EXTRA_CA_CERTS: authorityFile })).toMatchObject({ test: refused({ code: 'SOURCE_TLS', cause: expect.stringContaining('expired') }) });
  });
});
