import type { Actor, Provider, Role, User } from '@tank/contracts';
import type { ApiProblem } from '../problem.js';
import type { Client, StoredUser } from './account.js';
import { signInFailed } from './account-problems.js';
import { noProvider, providerAnswerInvalid, providerGivesNoRole } from './provider-problems.js';
import type { ProviderSubject } from './provider-user-name.js';
import type { Opened, RecordSignIn, SignIn } from './sign-in.js';

/** So long somebody may take at the provider. */
export const TICKET_SECONDS = 600;

/** What is remembered of a sign-in that has gone to the provider: by the browser, sealed. */
export interface ProviderTicket {
  state: string;
  nonce: string;
  verifier: string;
}
/** Whom the provider has signed in; `role` by its claim, undefined where that gives none. */
export interface ProviderIdentity extends ProviderSubject {
  /** What the user might be called here. */
  wishedName: unknown;
  displayName: string | undefined;
  /** One that the provider has verified. */
  email: string | null;
  role: Role | undefined;
}
interface IdentityProvider {
  readonly name: string;
  begin(): Promise<{ location: string; ticket: ProviderTicket }>;
  /** @throws ApiProblem for whatever is no answer of the provider to the question of this ticket. */
  finish(answer: Readonly<Record<string, string>>, ticket: ProviderTicket): Promise<ProviderIdentity>;
}
interface Tickets {
  seal(ticket: ProviderTicket): string;
  /** Undefined for what is none of ours, or too old. Good once. */
  use(sealed: string): Promise<ProviderTicket | undefined>;
}
interface Users {
  /** The user of issuer and subject, with this role from now on; made where there is none. */
  follow(identity: ProviderIdentity & { role: Role }): Promise<StoredUser>;
  find(subject: ProviderSubject): Promise<User | undefined>;
  /** Disabled until the provider gives a role again, and signed out everywhere. */
  shutOut(userId: string): Promise<void>;
}

/** Sign-in at the identity provider. A user is known by issuer and subject, never by name or address. */
export class ProviderSignIn {
  constructor(
    private readonly provider: IdentityProvider | undefined, private readonly tickets: Tickets, private readonly users: Users,
    private readonly signIn: Pick<SignIn, 'open'>, private readonly changed: () => void,
  ) {}

  describe(): Provider {
    return this.provider ? { name: this.provider.name } : null;
  }

  /** Where the browser goes, and what it keeps until it comes back. */
  async start(): Promise<{ location: string; ticket: string }> {
    if (!this.provider) throw noProvider();
    const { location, ticket } = await this.provider.begin();
    return { location, ticket: this.tickets.seal(ticket) };
  }

  /** @param ticket what the browser kept @throws ApiProblem */
  async finish(answer: Readonly<Record<string, string>>, ticket: string | undefined, client: Client, record: RecordSignIn): Promise<Opened> {
    if (!this.provider) throw noProvider();
    const kept = ticket === undefined ? undefined : await this.tickets.use(ticket);
    if (!kept) throw providerAnswerInvalid();
    const { role, ...identity } = await this.provider.finish(answer, kept);
    if (role === undefined) throw await this.#shutOut(identity, record);
    const known = await this.users.follow({ ...identity, role });
    if (known.user.disabled) throw await recorded(signInFailed(), known.user, record);
    const opened = await this.signIn.open(known, client);
    await record({ by: 'provider', role }, known.user);
    return opened;
  }

  /** Whoever has no role at the provider any more has none here, in no session: that is in the trail before it is done. */
  async #shutOut(subject: ProviderSubject, record: RecordSignIn): Promise<ApiProblem> {
    const problem = providerGivesNoRole();
    const known = await this.users.find(subject);
    await record({ refused: problem.parts.code, ...(known && !known.disabled && { disabled: true }) }, known);
    if (!known) return problem;
    await this.users.shutOut(known.userId);
    this.changed();
    return problem;
  }
}

async function recorded(problem: ApiProblem, by: Actor | undefined, record: RecordSignIn): Promise<ApiProblem> {
  await record({ refused: problem.parts.code }, by);
  return problem;
}
