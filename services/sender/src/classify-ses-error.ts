/**
 * What a SendEmail call came to, in the sender's words. Every kind says whether SES took the mail: only `unknown` does not.
 *
 * | kind        | taken   | what follows                                            |
 * |-------------|---------|---------------------------------------------------------|
 * | accepted    | yes     | SENT; `messageId` is null when the answer broke off     |
 * | throttled   | no      | everybody slows down; the mail comes back               |
 * | quota       | no      | runs wait until the window frees                        |
 * | run-refused | no      | the run pauses and says why                             |
 * | mail-refused| no      | FAIL SES_REJECTED                                       |
 * | failed      | no      | the only one that consumes a retry                      |
 * | unreachable | no      | nothing left the house: the breaker counts it           |
 * | unknown     | perhaps | IN_DOUBT: never sent again by itself                    |
 */
export type SesAnswer =
  | { kind: 'accepted'; messageId: string | null }
  | { kind: 'throttled' | 'quota' | 'mail-refused' | 'failed' | 'unreachable' | 'unknown'; detail: string }
  | { kind: 'run-refused'; reasonCode: string; detail: string };

/** How far a call got, as seen below the SDK: `null` while the request was not even handed to the network. */
export interface SeenResponse {
  /** HTTP status line, null when none was received. */
  status: number | null;
  /** `x-amzn-requestid`: SES itself answered, and not something on the way. */
  requestId: string | null;
  /** What the network itself threw, before the SDK wrapped it. */
  networkError?: unknown;
}

interface CallError {
  name: string;
  message: string;
  code?: string;
  syscall?: string;
  errors?: unknown[];
}

const THROTTLE_NAMES = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'ThrottledException', 'RequestThrottledException', 'SlowDown']);

/** Refusals that every mail of the run would get: code and sentence for the operator. */
const RUN_REFUSALS: Record<string, [reasonCode: string, sentence: string]> = {
  SendingPausedException: ['SES_SENDING_PAUSED', 'AWS has paused sending for this account or configuration set. Resume it in the SES console, then resume the run.'],
  AccountSuspendedException: ['SES_ACCOUNT_SUSPENDED', 'AWS has suspended this account\'s right to send. Settle it with AWS, then resume the run.'],
  MailFromDomainNotVerifiedException: ['SES_SENDER_NOT_VERIFIED', 'The custom MAIL FROM domain is not verified in SES. Verify it, then resume the run.'],
  NotFoundException: ['SES_CONFIGURATION_SET', 'SES does not know the configuration set of this automation. Create it, or publish a version without it.'],
};
const NOT_VERIFIED = ['SES_SENDER_NOT_VERIFIED', 'SES says that an address is not verified (in the sandbox the recipients must be, too). Verify the sender in SES, then resume the run.'] as const;
const CREDENTIALS = ['SES_CREDENTIALS', 'SES refuses our credentials or signature: check SES_ACCESS_KEY, SES_SECRET_KEY, their permission ses:SendEmail, and this server\'s clock; then resume the run.'] as const;

const TLS_CODES = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_SSL_WRONG_VERSION|HOSTNAME_MISMATCH)/;

const HANDSHAKE = /handshake|wrong version|validate_record_header|unsupported protocol|unknown ca|certificate/i;

/** Classifies what a SendEmail call threw. Pure: the one place where a failure gets its meaning. */
export function classifySesError(thrown: unknown, seen: SeenResponse | null): SesAnswer {
  const error = describe(seen?.networkError ?? thrown);
  if (seen === null) return { kind: 'unreachable', detail: `The call was not made: ${error.name}.` };
  if (seen.status === null) return neverAnswered(error);
  if (seen.status < 300) return brokenAcceptance(seen, error);
  if (seen.requestId === null && !isInSesWords(error.name)) {
    return { kind: 'unknown', detail: `HTTP ${seen.status} came from something between us and SES (no request id).` };
  }
  return refusal(seen.status, error, seen.requestId !== null);
}

/** 200 from SES itself means accepted, whatever became of the body; 200 from a captive proxy means nothing. */
function brokenAcceptance({ requestId }: SeenResponse, error: CallError): SesAnswer {
  if (requestId !== null) return { kind: 'accepted', messageId: null };
  return { kind: 'unknown', detail: `An unreadable answer without a request id (${error.name}).` };
}

function neverAnswered(error: CallError): SesAnswer {
  if (neverConnected(error)) return { kind: 'unreachable', detail: `No connection to SES (${error.code ?? error.name}).` };
  return { kind: 'unknown', detail: `The connection broke before SES answered (${error.code ?? error.name}).` };
}

/** Certain only where no request byte can have left: no name, no connection, no TLS session, no credentials. */
function neverConnected(error: CallError): boolean {
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') return true;
  if (error.errors?.length) return error.errors.every((inner) => neverConnected(describe(inner)));
  if (error.name === 'CredentialsProviderError') return true;
  if (TLS_CODES.test(error.code ?? '')) return true;
  if (error.code === 'EPROTO' && HANDSHAKE.test(error.message)) return true;
  return /did not establish a connection|before secure TLS connection was established/.test(error.message);
}

function refusal(status: number, error: CallError, isSesItself: boolean): SesAnswer {
  const { name, message } = error;
  if (THROTTLE_NAMES.has(name) || /maximum sending rate exceeded/i.test(message)) return { kind: 'throttled', detail: name };
  if (name === 'LimitExceededException' || /daily message quota exceeded/i.test(message)) return { kind: 'quota', detail: name };
  const ofRun = RUN_REFUSALS[name];
  if (ofRun) return { kind: 'run-refused', reasonCode: ofRun[0], detail: ofRun[1] };
  if (name === 'MessageRejected' && /not verified/i.test(message)) return { kind: 'run-refused', reasonCode: NOT_VERIFIED[0], detail: NOT_VERIFIED[1] };
  if (status === 401 || status === 403) return { kind: 'run-refused', reasonCode: CREDENTIALS[0], detail: CREDENTIALS[1] };
  if (status === 408 || status === 409) return { kind: 'failed', detail: `HTTP ${status} ${name}` };
  if (status >= 500 && isSesItself) return { kind: 'failed', detail: `HTTP ${status} ${name}` };
  if (status >= 500 || status < 400) return { kind: 'unknown', detail: `HTTP ${status} without a request id.` };
  return { kind: 'mail-refused', detail: `${name}: ${withoutAddresses(message)}` };
}

/** The emulator sends no request id, but names its errors as SES does. */
function isInSesWords(name: string): boolean {
  return /^[A-Z][A-Za-z]+(Exception|Rejected)$/.test(name) || THROTTLE_NAMES.has(name);
}

/** Details are logged and shown: the reason without whom it was about. */
function withoutAddresses(message: string): string {
  return message.split('\n')[0]!.replace(/[^\s<>()",;:]+@[^\s<>()",;:]+/g, '<address>').slice(0, 300);
}

/** By its properties and not by `instanceof`: errors cross module copies and realms. */
function describe(thrown: unknown): CallError {
  if (typeof thrown !== 'object' || thrown === null) return { name: 'Unknown', message: String(thrown) };
  const { name, message, code, syscall, errors } = thrown as Partial<CallError>;
  return { name: String(name ?? 'Unknown'), message: String(message ?? ''), code, syscall, errors };
}
