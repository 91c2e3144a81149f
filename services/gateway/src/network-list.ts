import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Addresses and networks, such as `10.20.0.0/16` or `2001:db8::1`. An IPv4 address that comes as IPv6 (`::ffff:10.20.0.1`) is the same one. */
export class NetworkList {
  readonly #list = new BlockList();

  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      const family = isIPv4(address) ? 'ipv4' : 'ipv6';
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  has(address: string): boolean {
    if (isIPv4(address)) return this.#list.check(address, 'ipv4') || this.#list.check(`::ffff:${address}`, 'ipv6');
    return isIPv6(address) && this.#list.check(address, 'ipv6');
  }
}

/** An address as it is written down: without the zone of IPv6, and as IPv4 where it is one. Undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  const address = text.trim().replace(/%.*$/, '').toLowerCase();
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address;
  return isIPv4(ipv4) || isIPv6(ipv4) ? ipv4 : undefined;
}

/** One subscriber has a whole /64 of IPv6 addresses, and this machine all of 127.0.0.0/8: they count as one. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (plain === undefined) return address;
  if (isIPv4(plain)) return plain.startsWith('127.') ? '127.0.0.0/8' : plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = tail === undefined ? groups : [...groups, ...Array.from({ length: 8 - groups.length - last.length }, () => '0'), ...last];
  return `${all.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
