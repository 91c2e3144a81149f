import { z } from 'zod';
import { TICKET_SECONDS, type ProviderTicket } from '../accounts/provider-sign-in.js';
import { derivedKey } from './access-tokens.js';
import { TextSeal } from './sealed-text.js';
import type { UsedOnce } from './used-once.js';

const OWNER = 'provider ticket';
const ticketSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), expiresAtMs: z.number() });

/** What a browser keeps while it is at the provider: every replica can read it, the browser cannot. */
export class ProviderTickets {
  readonly #seal: TextSeal;

  constructor(sessionKey: Buffer, private readonly once: Pick<UsedOnce, 'use'>, private readonly now: () => Date = () => new Date()) {
    this.#seal = new TextSeal(derivedKey(sessionKey, OWNER));
  }

  seal(ticket: ProviderTicket): string {
    const expiresAtMs = this.now().getTime() + TICKET_SECONDS * 1000;
    return this.#seal.seal(JSON.stringify({ ...ticket, expiresAtMs }), OWNER).toString('base64url');
  }

  /** Undefined for what is none of ours, too old, or was used. */
  async use(sealed: string): Promise<ProviderTicket | undefined> {
    const text = this.#seal.open(Buffer.from(sealed, 'base64url'), OWNER);
    if (text === undefined) return undefined;
    const { expiresAtMs, ...ticket } = ticketSchema.parse(JSON.parse(text));
    if (expiresAtMs <= this.now().getTime()) return undefined;
    return (await this.once.use(`${OWNER} ${ticket.state}`, new Date(expiresAtMs))) ? ticket : undefined;
  }
}
