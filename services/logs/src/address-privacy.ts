import { createHmac } from 'node:crypto';
import { hasAddress, maskAddress, maskKey, maskName, recipientMasks, type RecipientMasks, type TextMask } from '@tank/contracts';

const asItIs: TextMask = (text) => text;
const AS_THEY_ARE: RecipientMasks = { text: asItIs, subject: asItIs };

export type AddressMode = 'plain' | 'masked';

/** How recipients appear in the log tables, and how a full address is found there in either mode. */
export class AddressPrivacy {
  constructor(private readonly mode: AddressMode, private readonly hashKey: string | undefined) {}

  address(address: string): string {
    return this.mode === 'masked' ? maskAddress(address) : address;
  }

  name(name: string): string {
    return this.mode === 'masked' ? maskName(name) : name;
  }

  /** A recipient's key that is an address, or has one in it, is masked like one. Any other is the customer's number and stays. */
  key(key: string): string {
    return this.mode === 'masked' ? maskKey(key) : key;
  }

  /** By this a masked key is found; null for one that is kept as it is. */
  keyHash(key: string): string | null {
    return this.mode === 'masked' ? this.keyHashToFind(key) : null;
  }

  /** In either mode: the mail may have been written while addresses were masked. Null where no mode masks the key. */
  keyHashToFind(key: string): string | null {
    return hasAddress(key) ? this.hash(key) : null;
  }

  /** Texts of a mail that may quote the recipient (a subject, a database's error) give away no more than the columns do. */
  texts(to: { address: string; name?: string | undefined } | null, key = ''): RecipientMasks {
    return this.mode === 'masked' ? recipientMasks(to, key) : AS_THEY_ARE;
  }

  /** HMAC-SHA-256, hexadecimal, of the address in lower case and NFC. */
  hash(address: string): string {
    return hashOf(address, this.hashKey ?? '');
  }

  /** All hashes under which an address may be found: rows written before there was a key have the keyless one. */
  hashesToFind(address: string): string[] {
    return [...new Set([this.hash(address), hashOf(address, '')])];
  }
}

function hashOf(address: string, key: string): string {
  return createHmac('sha256', key).update(address.trim().normalize('NFC').toLowerCase()).digest('hex');
}
