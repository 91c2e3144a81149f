import { Refused, type Mail, type Page, type PageAsked, type Run, type RunStatus } from '@tank/contracts';

export interface RunsOf {
  automationId: string | null;
  groupIds: string[] | null;
}

export interface RunReader {
  find(runId: string): Promise<Run | undefined>;
  status(runId: string): Promise<RunStatus | undefined>;
  mail(mailId: string): Promise<Mail | undefined>;
  /** Of all automations, of all groups, when null. */
  page(of: RunsOf, asked: PageAsked): Promise<Page<Run>>;
}

/** Runs as others see them. */
export class Runs {
  constructor(private readonly reader: RunReader) {}

  async get(runId: string): Promise<Run> {
    return (await this.reader.find(runId)) ?? noRun(runId);
  }

  list(of: RunsOf, asked: PageAsked): Promise<Page<Run>> {
    return this.reader.page(of, asked);
  }

  /** As its manifest has it; without values where they have been erased. */
  async mail(mailId: string): Promise<Mail> {
    const mail = await this.reader.mail(mailId);
    if (!mail) throw new Refused('NOT_FOUND', [`There is no mail ${mailId}.`, `메일 ${mailId}이(가) 없습니다.`], 'mailId');
    return mail;
  }

  /** Read from the table at each question: a stopped run is seen as one by the next sender that asks. */
  async status(runId: string): Promise<{ status: RunStatus }> {
    return { status: (await this.reader.status(runId)) ?? noRun(runId) };
  }
}

export function noRun(runId: string): never {
  throw new Refused('NOT_FOUND', [`There is no run ${runId}.`, `실행 ${runId}이(가) 없습니다.`], 'runId');
}
