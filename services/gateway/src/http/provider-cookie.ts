import type { IncomingMessage } from 'node:http';
import { API } from '@tank/contracts';
import { TICKET_SECONDS } from '../accounts/provider-sign-in.js';
import type { WhereFrom } from './client-address.js';
import { cookieOf, setCookie } from './cookie.js';

export const PROVIDER_COOKIE = 'tank_provider';

export function providerTicketOf(request: IncomingMessage): string | undefined {
  return cookieOf(request, PROVIDER_COOKIE);
}

/** `Set-Cookie` for the ticket of a sign-in at the provider, or (null) for none. Lax: it has to come along when the provider sends the browser back. */
export function providerCookie(ticket: string | null, from: WhereFrom): string {
  return setCookie({ name: PROVIDER_COOKIE, value: ticket ?? '', path: API.finishProviderSignIn.path, maxAgeSeconds: ticket === null ? 0 : TICKET_SECONDS, sameSite: 'Lax' }, from);
}
