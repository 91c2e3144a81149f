import { domainToASCII } from 'node:url';

/** Why an address is not usable, in words that never quote it. */
export class BadAddress extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'BadAddress';
  }
}

/** RFC 5321's dot-atom: no quoted local parts, no comments, nothing that another parser could read as two addresses. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The address as SES takes it: one plain address, ASCII before the @, an international domain in punycode.
 * Blanks around it, as fixed-width columns have, are no error.
 * @throws BadAddress
 */
export function recipientAddress(written: string): string {
  const address = written.replace(/^ +| +$/g, '');
  if (address === '') throw new BadAddress('The address is empty.');
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff]/.test(address)) throw new BadAddress('The address contains a blank, a line break or a control character.');
  if (/[<>,;:"()[\]\\]/.test(address)) throw new BadAddress('The address must be one plain address such as kim@bank.example, without a name or a second one.');
  const parts = address.split('@');
  if (parts.length !== 2) throw new BadAddress('The address must have exactly one @.');
  const [local, domain] = parts as [string, string];
  if (!LOCAL_PART.test(local) || local.length > 64) throw new BadAddress('The part before the @ is not a plain ASCII name of at most 64 characters.');
  const ascii = `${local}@${asciiDomain(domain)}`;
  if (ascii.length > 254) throw new BadAddress('The address is longer than 254 characters.');
  return ascii;
}

function asciiDomain(domain: string): string {
  // domainToASCII follows URLs: it would decode %2e and read 0x7f.1 as an IP address.
  if (/[%/?#|^]/.test(domain)) throw new BadAddress('The domain after the @ contains a character that no domain has.');
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  const isDomain = labels.length >= 2 && labels.every((label) => DOMAIN_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
  if (!isDomain) throw new BadAddress('The part after the @ is not a domain name such as bank.example.');
  return ascii;
}
