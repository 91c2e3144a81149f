import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ClientAddress } from './client-address.js';

const PROXY = '10.0.0.2';
const seen = (peer: string, headers: IncomingHttpHeaders, trusted = [PROXY, '10.9.0.0/16'], socket = {}) =>
  new ClientAddress(trusted).of({ socket: { remoteAddress: peer, ...socket }, headers: { host: 'tank.example', ...headers } } as unknown as IncomingMessage);

describe('where a request comes from', () => {
  it.each<[string, string, string | undefined, string]>([
    ['nobody forwards', '192.0.2.7', undefined, '192.0.2.7'],
    ['a stranger says that he forwards', '192.0.2.7', '203.0.113.1', '192.0.2.7'],
    ['a proxy forwards', PROXY, '203.0.113.1', '203.0.113.1'],
    ['a proxy that comes as IPv6 forwards', `::ffff:${PROXY}`, '203.0.113.1', '203.0.113.1'],
    ['the client wrote an address before the proxy did', PROXY, '127.0.0.1, 203.0.113.1', '203.0.113.1'],
    ['two proxies forward', PROXY, '1.1.1.1, 203.0.113.1, 10.9.4.4', '203.0.113.1'],
    ['the proxy writes a port', PROXY, '203.0.113.1:4711', '203.0.113.1'],
    ['the proxy writes IPv6 with a port', PROXY, '[2001:db8::1]:4711', '2001:db8::1'],
    ['the proxy itself calls', PROXY, undefined, PROXY],
    ['all that forward are proxies', PROXY, '10.9.4.5, 10.9.4.4', '10.9.4.5'],
    ['nonsense stands behind a proxy', PROXY, '203.0.113.1, unknown, 10.9.4.4', '10.9.4.4'],
    ['nothing is forwarded', PROXY, ' , ', PROXY],
  ])('%s', (_what, peer, forwarded, address) => expect(seen(peer, { 'x-forwarded-for': forwarded }).address).toBe(address));

  it('believes a proxy about protocol and name, and nobody else', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'mail.tank.example' };
    expect(seen(PROXY, headers)).toMatchObject({ host: 'mail.tank.example', isEncrypted: true, isNear: true });
    expect(seen('192.0.2.7', headers)).toMatchObject({ host: 'tank.example', isEncrypted: false, isNear: false });
    expect(seen('127.0.0.1', headers)).toMatchObject({ address: '127.0.0.1', host: 'tank.example', isEncrypted: false, isNear: true });
  });

  it('believes the nearest proxy of several', () => {
    expect(seen(PROXY, { 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'evil.example, tank.example' })).toMatchObject({ host: 'tank.example', isEncrypted: false });
  });

  it('knows TLS of its own', () => {
    expect(seen('192.0.2.7', {}, [], { encrypted: true }).isEncrypted).toBe(true);
  });
});
