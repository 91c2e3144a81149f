import { addressesIn, findColumn, isPresent, maskAddress, maskMail, type AutomationDefinition, type MailLog, type Row } from '@tank/contracts';
import type { CallOfUser } from '../handlers.js';
import { fieldProblem } from '../problem.js';
import type { SettingsReader } from '../settings.handler.js';
import type { PersonDigests } from './person-digests.js';
import { mayNotUnmask } from './privacy-problems.js';

/** What a caller asks to see, beside the filters of a list. */
export interface AskedView {
  unmask: 'true' | 'false';
  reason?: string;
}
/** Filters as they were asked; those that name a person are told by digest. */
export type Filters = Record<string, unknown>;

interface Sent {
  /** Null where the log has the mail no more, or not yet. */
  recipientKey: string | null;
  to: { address: string };
}

const PERSONS = ['recipientKey', 'address', 'messageId', 'person'];

/** Decides whether recipients are shown masked or as they are, and writes down who saw whom, or searched for whom, before it is shown. */
export class RecipientViews {
  constructor(private readonly settings: SettingsReader, private readonly persons: PersonDigests) {}

  /**
   * To be asked before anything is read. `show` writes the trail and gives the mails as the caller may see them.
   * @throws ApiProblem 403 for a role that may not, 422 without a reason
   */
  async open(asked: AskedView, filters: Filters, call: CallOfUser): Promise<{ show<T extends MailLog>(mails: T[]): Promise<T[]> }> {
    const isPlain = await this.mayShowPlain(asked, call);
    const isSearch = PERSONS.some((name) => filters[name] !== undefined);
    return {
      show: async (mails) => {
        const seen = isPlain ? { reason: asked.reason, seen: this.#digestsOf(mails) } : {};
        if (isPlain || isSearch) await call.record({ view: isPlain ? 'unmasked' : 'masked', ...this.told(filters), mails: mails.length, ...seen });
        return isPlain ? mails : mails.map(maskMail);
      },
    };
  }

  /** @throws ApiProblem 403, 422 */
  async mayShowPlain({ unmask, reason }: AskedView, { caller }: CallOfUser): Promise<boolean> {
    if (unmask === 'false') return false;
    const { unmaskedFor } = await this.settings.current();
    if (!unmaskedFor.includes(caller.role)) throw mayNotUnmask();
    if (reason === undefined) {
      throw fieldProblem('reason', ['Recipients are shown unmasked for a reason only: there is none.', '마스킹을 해제하려면 사유가 필요합니다.'],
        ['Say why in reason, 3 to 500 characters: it goes into the audit trail.', 'reason에 사유를 3~500자로 적으세요. 감사 기록에 남습니다.']);
    }
    return true;
  }

  /** Filters as the trail keeps them. */
  told(filters: Filters): Filters {
    return Object.fromEntries(Object.entries(filters).map(([name, value]) => {
      if (typeof value !== 'string' || !PERSONS.includes(name)) return [name, value];
      return [name, name === 'address' ? this.persons.toldAddress(value) : this.persons.told(value)];
    }));
  }

  /** Rows of the customer's database, which an author looks at while he works: whoever is in them, also before anybody has said in which column. */
  async recordRows(rows: Row[], { recipient }: Pick<AutomationDefinition, 'recipient'>, call: CallOfUser): Promise<void> {
    await call.record({ view: 'unmasked', rows: rows.length, seen: this.#digests(rows.flatMap((row) => peopleIn(row, recipient))) });
  }

  /** What one recipient got. @param detail what else the trail keeps of the look */
  async recordSent({ recipientKey, to }: Sent, detail: Filters, call: CallOfUser): Promise<void> {
    await call.record({ view: 'unmasked', ...detail, to: maskAddress(to.address), seen: this.#digests([recipientKey ?? '', to.address]) });
  }

  #digestsOf(mails: MailLog[]): string[] {
    return this.#digests(mails.flatMap(({ recipientKey, to }) => [recipientKey, to?.address ?? '']));
  }

  #digests(people: string[]): string[] {
    return [...new Set(people.filter((person) => person.trim() !== '').map((person) => this.persons.of(person)))];
  }
}

/** The key (where none is known, whatever the first column has), the address, and every other address. */
function peopleIn(row: Row, recipient: AutomationDefinition['recipient']): string[] {
  const key = (recipient && findColumn(row, recipient.keyColumn)) ?? Object.keys(row)[0];
  const columns = [key, recipient && findColumn(row, recipient.addressColumn)].filter((column) => typeof column === 'string');
  const named = columns.map((column) => row[column]).filter(isPresent).map(String);
  return [...named, ...Object.values(row).flatMap((value) => (typeof value === 'string' ? addressesIn(value) : []))];
}
