import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AcceptedMails, type AcceptedMail } from './accepted-mails.ts';
import { accountAnswer, SendRateBucket, type AccountLimits } from './account-limits.ts';
import { answerAndHang, answerCut, answerHtmlPage, answerJson, answerRefusal, answerWithoutId, REFUSALS } from './answers.ts';
import { answerControl } from './control-api.ts';
import { FaultScript, type Fault } from './faults.ts';

export interface SesSimulatorOptions extends Partial<AccountLimits> {
  port?: number;
  host?: string;
  /** How long every call takes, in ms. */
  latencyMs?: number;
  /** MIME bodies kept in memory; later mails are only counted. */
  keepBodies?: number;
}

interface SendEmailBody {
  FromEmailAddress?: string;
  Destination?: { ToAddresses?: string[] };
  Content?: { Raw?: { Data?: string } };
  EmailTags?: { Name: string; Value: string }[];
  ConfigurationSetName?: string;
}

/**
 * Speaks SES v2 (SendEmail with raw content, GetAccount) as AWS does, on loopback, and fails on demand. It counts what it
 * accepted by the tag `mail_id`, so a test can say that nothing was sent twice and nothing was lost.
 */
export class SesSimulator {
  readonly mails: AcceptedMails;
  readonly faults = new FaultScript();
  limits: AccountLimits;
  latencyMs: number;
  /** SendEmail calls that arrived, whatever became of them. */
  calls = 0;
  throttled = 0;
  /** The credential part of the last call's Authorization header: who signed it. */
  lastSigner: string | null = null;
  readonly #server: Server;
  #bucket: SendRateBucket;

  constructor(options: SesSimulatorOptions) {
    this.limits = {
      maxSendRate: options.maxSendRate ?? 1_000, burst: options.burst,
      max24HourSend: options.max24HourSend ?? 50_000, sendingEnabled: options.sendingEnabled ?? true,
    };
    this.latencyMs = options.latencyMs ?? 0;
    this.mails = new AcceptedMails(options.keepBodies);
    this.#bucket = new SendRateBucket(this.limits, Date.now());
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(port: number, host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, resolve);
    });
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  inject(...faults: Fault[]): void {
    for (const fault of faults) this.faults.inject(fault);
  }

  setLimits(limits: Partial<AccountLimits>): void {
    this.limits = { ...this.limits, ...limits };
    this.#bucket = new SendRateBucket(this.limits, Date.now());
  }

  /** Forgets mails, counts and faults; keeps the limits. */
  reset(): void {
    this.mails.clear();
    this.faults.clear();
    this.calls = 0;
    this.throttled = 0;
    this.#bucket = new SendRateBucket(this.limits, Date.now());
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0]!;
    const body = await readBody(request);
    if (path.startsWith('/control/')) return answerControl(this, request.method ?? 'GET', path, body, response);
    this.lastSigner = /Credential=([^,]+)/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    if (request.method === 'GET' && path === '/v2/email/account') {
      return answerJson(response, 200, accountAnswer(this.limits, this.mails.sentLast24Hours(Date.now())));
    }
    if (request.method === 'POST' && path === '/v2/email/outbound-emails') return this.#sendEmail(body, response);
    answerJson(response, 404, { message: `No operation at ${path}.` }, { 'x-amzn-errortype': 'UnknownOperationException' });
  }

  async #sendEmail(body: Buffer, response: ServerResponse): Promise<void> {
    this.calls += 1;
    const mail = toMail(JSON.parse(body.toString('utf8')) as SendEmailBody);
    const fault = this.faults.take(mail.mailId);
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    const refused = (fault && REFUSALS[fault.kind]) ?? this.#limitReached();
    if (refused) return answerRefusal(response, refused);
    if (fault?.kind === 'error-500-without-id') return answerWithoutId(response);
    if (fault?.kind === 'html-page') return answerHtmlPage(response, fault.status ?? 502);
    if (fault?.kind === 'reset-before') return void response.socket?.resetAndDestroy();
    this.mails.add({ ...mail, acceptedAtMs: Date.now() });
    await answerAccepted(response, mail.messageId, fault);
  }

  #limitReached(): (typeof REFUSALS)[keyof typeof REFUSALS] {
    if (!this.limits.sendingEnabled) return REFUSALS.paused;
    const isQuotaUsedUp = this.limits.max24HourSend >= 0 && this.mails.sentLast24Hours(Date.now()) >= this.limits.max24HourSend;
    if (isQuotaUsedUp) return REFUSALS.quota;
    if (this.#bucket.take(this.limits, Date.now())) return undefined;
    this.throttled += 1;
    return REFUSALS.throttle;
  }
}

/** The mail is on its way; what the client sees of that depends on the fault. */
async function answerAccepted(response: ServerResponse, messageId: string, fault: Fault | null): Promise<void> {
  switch (fault?.kind) {
    case 'reset-after': return void response.socket?.resetAndDestroy();
    case 'cut-body-after': return answerCut(response, messageId);
    case 'hang-body-after': return answerAndHang(response, messageId);
    case 'html-page-after': return answerHtmlPage(response, fault.status ?? 502);
    case 'late-after': await sleep(fault.delayMs ?? 60_000, undefined, { ref: false });
  }
  if (!response.destroyed) answerJson(response, 200, { MessageId: messageId });
}

function toMail(body: SendEmailBody): Omit<AcceptedMail, 'acceptedAtMs'> {
  const tags = Object.fromEntries((body.EmailTags ?? []).map(({ Name, Value }) => [Name, Value]));
  const raw = Buffer.from(body.Content?.Raw?.Data ?? '', 'base64');
  return {
    messageId: `0100${randomUUID()}-000000`, mailId: tags.mail_id ?? null, tags, raw, bytes: raw.length,
    from: body.FromEmailAddress ?? null, to: body.Destination?.ToAddresses ?? [], configurationSet: body.ConfigurationSetName ?? null,
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Starts a simulator on 127.0.0.1, on a free port unless told. */
export async function startSesSimulator(options: SesSimulatorOptions = {}): Promise<SesSimulator> {
  const simulator = new SesSimulator(options);
  await simulator.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  return simulator;
}
