import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import { makeCertificate } from './certificates.ts';
import type { DialectName } from './dialects.ts';
import type { OracleNetServerOptions } from './oracle-net-server.ts';
import { startScriptedServer, THIN_DIALECTS, type ScriptedServer } from './scripted-server.fixture.ts';

let oracle: ScriptedServer;
const start = async (dialect: DialectName, options: Partial<OracleNetServerOptions> = {}) => {
  oracle = await startScriptedServer(dialect, options);
};
afterEach(() => oracle.end());

const refusalAt = (connectString: string) => oracle.refusal(oracle.connect({ connectString }));

describe.each(THIN_DIALECTS)('the listener in the dialect of %s', (dialect) => {
  it('knows its services and SIDs, and no others', async () => {
    await start(dialect);
    const { port } = oracle.server;
    const descriptor = (data: string) => `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${port}))(CONNECT_DATA=${data}))`;
    await oracle.connect({ connectString: descriptor('(SERVICE_NAME=orcl)') });
    await oracle.connect({ connectString: descriptor('(SID=ORCL)') });
    expect(await refusalAt(`127.0.0.1:${port}/nope`)).toMatchObject({ code: 'NJS-518' });
    expect(await refusalAt(descriptor('(SERVICE_NAME=nope)'))).toMatchObject({ code: 'NJS-518' });
    expect(await refusalAt(descriptor('(SID=NOPE)'))).toMatchObject({ code: 'NJS-519' });
  });

  it('reads a descriptor that is too long for one packet', async () => {
    await start(dialect);
    const address = `(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${oracle.server.port}))`;
    const connectString = `(DESCRIPTION=${address}(CONNECT_DATA=(SERVICE_NAME=ORCL)(CID=(PROGRAM=${'p'.repeat(400)}))))`;
    await (await oracle.connect({ connectString })).ping();
  });

  it('may ask for the same again', async () => {
    await start(dialect, { resends: 2 });
    await (await oracle.connect()).ping();
  });

  it.each([512, 8_192, 32_768, 2_097_152])('agrees on packets of %i bytes, or the most it has', async (sdu) => {
    await start(dialect);
    const text = '가나다'.repeat(3_000);
    oracle.backend.on(/echo/, ({ values }) => ({ columns: [{ name: 'TEXT', type: 'VARCHAR2', size: 32_767 }], rows: [[values.TEXT!], [values.TEXT!]] }));
    const connection = await oracle.connect({ connectString: `${oracle.connectString}?sdu=${sdu}` });
    expect((await connection.execute('select /* echo */ :text from dual', { text })).rows).toEqual([[text], [text]]);
  });

  it('turns thin clients away when network encryption is required: NJS-533 with ORA-12660', async () => {
    await start(dialect, { requiresEncryption: true });
    expect((await refusalAt(oracle.connectString)).message).toMatch(/^NJS-533: [\s\S]*ORA-12660/);
  });

  it('says NJS-100 where national text has another character set than AL16UTF16', async () => {
    await start(dialect, { nationalCharacterSet: 871 });
    oracle.backend.on(/dual/, { columns: [{ name: 'N', type: 'NVARCHAR2', size: 10 }], rows: [['가']] });
    expect(await oracle.refusal((await oracle.connect()).execute('select n from dual'))).toMatchObject({ code: 'NJS-100' });
  });

  it('speaks TLS, and a client that does not know the authority refuses it', async () => {
    const certificate = makeCertificate({ commonName: 'localhost', hosts: ['localhost', '127.0.0.1'] });
    await start(dialect, { tls: certificate });
    const tcps = `tcps://localhost:${oracle.server.port}/orcl`;
    const connection = await oracle.connect({ connectString: tcps, walletContent: certificate.key + certificate.cert });
    await connection.ping();
    expect((await refusalAt(tcps)).message).toMatch(/^NJS-506: .*\n?.*self.signed/);
  });

  it('negotiates with a client that would be known by its certificate, and does not know it', async () => {
    const certificate = makeCertificate({ commonName: 'localhost', hosts: ['localhost'] });
    await start(dialect, { tls: certificate });
    const attempt = oracledb.getConnection({ externalAuth: true, connectString: `tcps://localhost:${oracle.server.port}/orcl`, walletContent: certificate.key + certificate.cert });
    expect(await oracle.refusal(attempt)).toMatchObject({ errorNum: 1017 });
  });

  it('reads wallets: ewallet.pem with key, certificate and authority', async () => {
    const authority = makeCertificate({ commonName: 'Authority' });
    const server = makeCertificate({ commonName: 'db', hosts: ['localhost'], issuer: authority });
    const client = makeCertificate({ commonName: 'tank', hosts: ['tank'], issuer: authority });
    await start(dialect, { tls: { ...server, ca: authority.cert, requestCert: true } });
    const walletLocation = await mkdtemp(join(tmpdir(), 'oracle-net-'));
    try {
      await writeFile(join(walletLocation, 'ewallet.pem'), client.key + client.cert + authority.cert);
      await (await oracle.connect({ connectString: `tcps://localhost:${oracle.server.port}/orcl`, walletLocation })).ping();
    } finally {
      await rm(walletLocation, { recursive: true });
    }
  });
});

describe('the listener', () => {
  it('turns away clients without a certificate, or with one of a stranger, when it asks for one', async () => {
    const authority = makeCertificate({ commonName: 'Authority' });
    const server = makeCertificate({ commonName: 'db', hosts: ['localhost'], issuer: authority });
    const stranger = makeCertificate({ commonName: 'tank', hosts: ['tank'] });
    await start('23ai', { tls: { ...server, ca: authority.cert, requestCert: true } });
    const ending = (options: { key?: string; cert?: string }) => new Promise<string>((resolve) => {
      const socket = connectTls({ host: 'localhost', port: oracle.server.port, ca: authority.cert, ...options });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('close', () => resolve('closed'));
    });
    expect(await ending({})).toMatch(/closed|CERTIFICATE_REQUIRED|ECONNRESET/);
    expect(await ending(stranger)).toMatch(/closed|UNKNOWN_CA|ECONNRESET/);
    expect(oracle.server.seen.counts.logons).toBe(0);
  });

  it('of a release that is too old for thin clients makes them say so: NJS-138', async () => {
    await start('11.2');
    expect(await refusalAt(oracle.connectString)).toMatchObject({ code: 'NJS-138' });
  });

  it('can be away and come back on the same port: NJS-503 meanwhile', async () => {
    await start('19c');
    const connection = await oracle.connect();
    oracle.server.stopListening();
    expect(await refusalAt(oracle.connectString)).toMatchObject({ code: 'NJS-503' });
    await connection.ping();
    await oracle.server.listenAgain();
    await oracle.connect();
  });

  it.each([
    ['no CONNECT', '000a000006000000ffff'], ['no packet', '0001000006000000'], ['a CONNECT cut short', '000c0000010000000001020304'],
  ])('takes %s for an error of its client, and goes on', async (_, hex) => {
    await start('19c');
    const socket = connectTcp(oracle.server.port, '127.0.0.1').on('error', () => undefined);
    socket.write(Buffer.from(hex, 'hex'));
    await once(socket, 'close');
    expect(oracle.server.seen.protocolErrors).toEqual([expect.stringMatching(/^ProtocolError: /)]);
    oracle.server.seen.clear();
    await oracle.connect();
  });
});
