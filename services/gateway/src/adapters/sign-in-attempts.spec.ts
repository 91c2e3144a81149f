import { networkOf } from './sign-in-attempts.js';

describe('the network of an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.0/8'], ['127.8.9.10', '127.0.0.0/8'], ['::ffff:127.0.0.2', '127.0.0.0/8'], ['128.0.0.1', '128.0.0.1'], ['12.7.0.1', '12.7.0.1'], ['::ffff:10.1.2.3', '10.1.2.3'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'], ['::1', '0:0:0:0::/64'], ['fe80::1%eth0', 'fe80:0:0:0::/64'], ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});
