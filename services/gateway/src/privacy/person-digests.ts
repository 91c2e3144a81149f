import { createHmac } from 'node:crypto';
import { maskAddress, maskKey } from '@tank/contracts';

/** A person as the audit trail keeps him: who knows the address can ask for it, who reads the trail does not learn it. */
export interface ToldPerson {
  digest: string;
  masked: string;
}

/** Half of HMAC-SHA-256: 128 bits tell people apart as well, and a page has hundreds of them. */
const FIGURES = 32;

/** `key`: of the installation, so that addresses cannot be guessed from a copy of the trail. */
export class PersonDigests {
  constructor(private readonly key: Buffer) {}

  /** Of an address, a recipient key or a Message-ID, in lower case and NFC; hexadecimal. */
  of(person: string): string {
    return createHmac('sha256', this.key).update(person.trim().normalize('NFC').toLowerCase()).digest('hex').slice(0, FIGURES);
  }

  told(person: string): ToldPerson {
    return { digest: this.of(person), masked: maskKey(person) };
  }

  /** Of a text that was meant to be an address, even where it is none. */
  toldAddress(address: string): ToldPerson {
    return { digest: this.of(address), masked: maskAddress(address) };
  }
}
