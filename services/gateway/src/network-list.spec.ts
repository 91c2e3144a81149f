import { networkOf, NetworkList, plainAddress } from './network-list.js';

describe('the network of an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.0/8'], ['127.8.9.10', '127.0.0.0/8'], ['::ffff:127.0.0.2', '127.0.0.0/8'], ['128.0.0.1', '128.0.0.1'], ['12.7.0.1', '12.7.0.1'], ['::ffff:10.1.2.3', '10.1.2.3'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'], ['::1', '0:0:0:0::/64'], ['fe80::1%eth0', 'fe80:0:0:0::/64'], ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('a list of networks', () => {
  it.each([
    ['10.20.0.0/16', '10.20.255.1', true], ['10.20.0.0/16', '::ffff:10.20.1.1', true], ['10.20.0.0/16', '10.21.0.1', false], ['10.20.9.9/16', '10.20.0.1', true], ['10.1.1.1', '10.1.1.1', true], ['10.1.1.1', '10.1.1.10', false],
    ['::ffff:10.20.0.0/112', '10.20.1.1', true], ['2001:db8::/32', '2001:DB8:9::1', true], ['2001:db8::/32', '2001:db9::1', false], ['0.0.0.0/0', '2001:db8::1', false], ['0.0.0.0/0', '::ffff:1.2.3.4', true], ['::1', '::1', true],
    ['0.0.0.0/0', 'unknown', false], ['::/0', '', false],
  ])('with %s: %s is in it: %s', (network, address, isIn) => expect(new NetworkList([network]).has(address)).toBe(isIn));
});

it.each([['::ffff:10.1.2.3', '10.1.2.3'], ['::FFFF:10.1.2.3', '10.1.2.3'], ['fe80::1%eth0', 'fe80::1'], [' 10.1.2.3 ', '10.1.2.3'], ['10.1.2.3:80', undefined], ['_hidden', undefined], ['', undefined]])('the address %j is written down as %j', (text, address) => {
  expect(plainAddress(text)).toBe(address);
});
