import type { Asked, MailLog } from '@tank/contracts';
import type { Services } from '../handlers.js';

const MOST = 1000;
/** A filter that few mails match takes its time, once. */
const PATIENCE = { timeoutMs: 60_000 };

/** All mails that match, page by page; while one page is written the next is read. */
export async function* mailPages(services: Services, filters: Omit<Asked<'logs.list-mails'>, 'limit' | 'after'>): AsyncGenerator<MailLog[], void> {
  const read = (after: string | null) => services.ask('logs.list-mails', { ...filters, limit: MOST, after }, PATIENCE);
  let page = await read(null);
  for (;;) {
    const following = page.next === null ? null : read(page.next);
    // Whoever stops reading here never asks how it went.
    following?.catch(() => undefined);
    yield page.items;
    if (following === null) return;
    page = await following;
  }
}
