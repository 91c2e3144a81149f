import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { inSpan, metrics, type SpanAttributes } from '@tank/telemetry';
import { classifySesError, type SeenResponse, type SesAnswer } from '../classify-ses-error.js';
import type { Channel, Letter } from '../send-mail.js';
import { SesBreaker } from './ses-breaker.js';

export interface SesSettings {
  region: string;
  accessKey: string;
  secretKey: string;
  /** Absent: AWS itself. */
  endpoint?: string;
  callTimeoutMs: number;
  /** Calls at the same time. */
  concurrency: number;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** Beyond the SDK's own time-out, which stops counting at the answer's first line. */
const ABORT_AFTER_MS = 500;
/**
 * A connection idle for longer is not used again: the other side may just be closing it, and a reset in the middle of
 * a call is a mail in doubt.
 */
const IDLE_SOCKET_MS = 4_000;

const answers = metrics.counter('tank_ses_answers_total', 'SendEmail calls by what they came to', ['kind']);
const seconds = metrics.histogram('tank_ses_call_seconds', 'How long SendEmail took', [], [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]);

/**
 * One client for the process. `maxAttempts: 1`: the SDK's own retries send twice after a reset or a late answer. Endpoint,
 * credentials and modes are given in full, so that no AWS profile or variable of this machine has a say.
 */
export function createSesClient(settings: SesSettings): SESv2Client {
  const { region, accessKey, secretKey, endpoint, callTimeoutMs, concurrency } = settings;
  const agent = { keepAlive: true, maxSockets: concurrency + 10, timeout: IDLE_SOCKET_MS };
  return new SESv2Client({
    region,
    endpoint: endpoint ?? awsEndpoint(region),
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'tank',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, callTimeoutMs), requestTimeout: callTimeoutMs, throwOnRequestTimeout: true, httpAgent: agent, httpsAgent: agent,
    }),
  });
}

/** The only file that sends. */
export class SesChannel implements Channel {
  readonly #breaker = new SesBreaker<Letter>((letter) => this.#send(letter));

  constructor(private readonly client: SESv2Client, private readonly callTimeoutMs: number) {}

  closedForMs(): number {
    return this.#breaker.closedForMs();
  }

  state(): 'closed' | 'open' | 'half-open' {
    return this.#breaker.state();
  }

  async call(letter: Letter): Promise<SesAnswer | { kind: 'not-called' }> {
    return inSpan('ses.SendEmail', attributesOf(letter), async (span) => {
      const answer = await this.#breaker.call(letter);
      if (answer.kind === 'accepted' && answer.messageId) span.setAttribute('tank.message_id', answer.messageId);
      if (answer.kind !== 'accepted') span.setAttribute('tank.error_code', answer.kind);
      answers.inc({ kind: answer.kind });
      return answer;
    });
  }

  close(): void {
    this.#breaker.close();
    this.client.destroy();
  }

  async #send(letter: Letter): Promise<SesAnswer> {
    const command = new SendEmailCommand(inputOf(letter));
    const seen = watch(command);
    const done = seconds.startTimer();
    try {
      const { MessageId } = await this.client.send(command, { abortSignal: AbortSignal.timeout(this.callTimeoutMs + ABORT_AFTER_MS) });
      if (MessageId) return { kind: 'accepted', messageId: MessageId };
      return classifySesError(new Error('An answer without MessageId'), seen());
    } catch (error) {
      return classifySesError(error, seen());
    } finally {
      done();
    }
  }
}

function attributesOf({ tags, attempt }: Letter): SpanAttributes {
  const ids = 'mail_id' in tags ? { 'tank.mail_id': tags.mail_id, 'tank.run_id': tags.run_id } : {};
  return { ...ids, 'tank.automation_id': tags.automation_id, 'tank.attempt': attempt };
}

function inputOf({ tags, from, to, mime }: Letter): SendEmailCommandInput {
  return {
    FromEmailAddress: from.address,
    Destination: { ToAddresses: [to] },
    Content: { Raw: { Data: mime } },
    EmailTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
    ...(from.configurationSet ? { ConfigurationSetName: from.configurationSet } : {}),
  };
}

/** Notes how far the call gets, next to the wire, where the SDK has not yet turned the answer into an error. */
function watch(command: SendEmailCommand): () => SeenResponse | null {
  let seen: SeenResponse | null = null;
  command.middlewareStack.add(
    (next) => async (call) => {
      seen = { status: null, requestId: null };
      const result = await next(call).catch((networkError: unknown) => {
        seen = { status: null, requestId: null, networkError };
        throw networkError;
      });
      const { statusCode, headers } = result.response as { statusCode: number; headers: Record<string, string> };
      seen = { status: statusCode, requestId: headers['x-amzn-requestid'] ?? null };
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'watchTheWire' },
  );
  return () => seen;
}

function awsEndpoint(region: string): string {
  return `https://email.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
}
