import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FaultKind } from './faults.ts';

interface Refusal {
  status: number;
  type: string;
  message: string;
}

/** Answers by which SES certainly did not take the mail, in its own words. */
export const REFUSALS: Partial<Record<FaultKind, Refusal>> = {
  throttle: { status: 429, type: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' },
  'throttle-400': { status: 400, type: 'ThrottlingException', message: 'Maximum sending rate exceeded.' },
  quota: { status: 400, type: 'LimitExceededException', message: 'Daily message quota exceeded.' },
  paused: { status: 400, type: 'SendingPausedException', message: 'Email sending is disabled for this account.' },
  suspended: { status: 400, type: 'AccountSuspendedException', message: 'The account is suspended.' },
  'mail-from': { status: 400, type: 'MailFromDomainNotVerifiedException', message: 'The MAIL FROM domain is not verified.' },
  unverified: { status: 400, type: 'MessageRejected', message: 'Email address is not verified. The following identities failed the check in region AP-NORTHEAST-2: billing@bank.example' },
  signature: { status: 403, type: 'InvalidSignatureException', message: 'The request signature we calculated does not match the signature you provided.' },
  'no-configuration-set': { status: 404, type: 'NotFoundException', message: 'Configuration set <statements> does not exist.' },
  rejected: { status: 400, type: 'MessageRejected', message: 'Message contains a virus.' },
  'bad-request': { status: 400, type: 'BadRequestException', message: 'Local address contains control or whitespace' },
  'error-500': { status: 500, type: 'InternalServiceErrorException', message: 'Internal failure.' },
  'error-503': { status: 503, type: 'ServiceUnavailableException', message: 'Service unavailable.' },
};

export function answerJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers });
  response.end(JSON.stringify(body));
}

export function answerRefusal(response: ServerResponse, { status, type, message }: Refusal): void {
  answerJson(response, status, { message }, { 'x-amzn-errortype': type });
}

/** A 500 from something that is not SES: nobody knows whether the request went further. */
export function answerWithoutId(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: 'Internal Server Error' }));
}

export function answerHtmlPage(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><head><title>Gateway</title></head><body><h1>The proxy could not complete your request.</h1></body></html>');
}

/** 200 and a request id, then the line dies in the middle of the body. */
export function answerCut(response: ServerResponse, messageId: string): void {
  const body = JSON.stringify({ MessageId: messageId });
  startAnswer(response, body);
  response.write(body.slice(0, 8), () => response.socket?.destroy());
}

/** 200 and a request id, then silence with the line open. */
export function answerAndHang(response: ServerResponse, messageId: string): void {
  const body = JSON.stringify({ MessageId: messageId });
  startAnswer(response, body);
  response.write(body.slice(0, 8));
}

function startAnswer(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), 'content-length': Buffer.byteLength(body) });
}
