import type { ExplainedRun, Explanation, MailLog, Run } from '@tank/contracts';
import { OF_MAILS, OF_RUNS, type CodeWords } from './code-words.js';
import type { Call } from './handlers.js';

type Say = Call['say'];
const RUN_CODES = new Map([...Object.entries(OF_MAILS), ...Object.entries(OF_RUNS)]);

/** The mail, with what its code means to whoever reads it. */
export function explainedMail<T extends MailLog>(mail: T, say: Say): T & { explanation: Explanation } {
  return { ...mail, explanation: mail.errorCode === null ? null : told(OF_MAILS[mail.errorCode], say) };
}

/** The run, with what its code means to whoever reads it. A file rule that stopped it gave it the code of a mail. */
export function explainedRun(run: Run, say: Say): ExplainedRun {
  const words = RUN_CODES.get(run.reasonCode ?? '');
  return { ...run, explanation: words ? told(words, say) : null };
}

function told({ message, remedy }: CodeWords, say: Say): NonNullable<Explanation> {
  return { message: say(message), remedy: say(remedy) };
}
