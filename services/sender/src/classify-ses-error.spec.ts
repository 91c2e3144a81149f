import { describe, expect, it } from '@jest/globals';
import { classifySesError, type SeenResponse } from './classify-ses-error.js';

const error = (name: string, message = '', extra: object = {}) => Object.assign(new Error(message), { name, ...extra });
const ses = (status: number): SeenResponse => ({ status, requestId: 'f3b2' });
const proxy = (status: number): SeenResponse => ({ status, requestId: null });
const silent: SeenResponse = { status: null, requestId: null };

type Row = [what: string, thrown: unknown, seen: SeenResponse | null, kind: string, reasonCode?: string];

const TABLE: Row[] = [
  ['too many requests', error('TooManyRequestsException', 'Too many requests'), ses(429), 'throttled'],
  ['a throttle of the old kind', error('ThrottlingException', 'Maximum sending rate exceeded.'), ses(400), 'throttled'],
  ['a rate refusal under another name', error('LimitExceededException', 'Maximum sending rate exceeded.'), ses(400), 'throttled'],
  ['the daily quota', error('LimitExceededException', 'Daily message quota exceeded.'), ses(400), 'quota'],
  ['the daily quota under another name', error('MessageRejected', 'Daily message quota exceeded'), ses(400), 'quota'],
  ['sending paused', error('SendingPausedException'), ses(400), 'run-refused', 'SES_SENDING_PAUSED'],
  ['account suspended', error('AccountSuspendedException'), ses(400), 'run-refused', 'SES_ACCOUNT_SUSPENDED'],
  ['MAIL FROM not verified', error('MailFromDomainNotVerifiedException'), ses(400), 'run-refused', 'SES_SENDER_NOT_VERIFIED'],
  ['an unverified sender', error('MessageRejected', 'Email address is not verified. …'), ses(400), 'run-refused', 'SES_SENDER_NOT_VERIFIED'],
  ['a bad signature', error('InvalidSignatureException'), ses(403), 'run-refused', 'SES_CREDENTIALS'],
  ['missing permission', error('AccessDeniedException'), ses(403), 'run-refused', 'SES_CREDENTIALS'],
  ['an unknown configuration set', error('NotFoundException'), ses(404), 'run-refused', 'SES_CONFIGURATION_SET'],
  ['another rejection', error('MessageRejected', 'Message contains a virus'), ses(400), 'mail-refused'],
  ['a bad request', error('BadRequestException', 'Illegal address'), ses(400), 'mail-refused'],
  ['a rejection by the emulator, which has no request ids', error('MessageRejected', 'no'), proxy(400), 'mail-refused'],
  ['500 from SES itself', error('InternalServiceErrorException'), ses(500), 'failed'],
  ['503 from SES itself, unreadable', error('SyntaxError'), ses(503), 'failed'],
  ['connection refused', error('Error', '', { code: 'ECONNREFUSED', syscall: 'connect' }), silent, 'unreachable'],
  ['connect timed out in the kernel', error('TimeoutError', '', { code: 'ETIMEDOUT', syscall: 'connect' }), silent, 'unreachable'],
  ['both address families refused', error('AggregateError', '', { code: 'ETIMEDOUT', errors: [error('Error', '', { code: 'ECONNREFUSED', syscall: 'connect' }), error('Error', '', { code: 'ENETUNREACH', syscall: 'connect' })] }), silent, 'unreachable'],
  ['name not found', error('Error', '', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), silent, 'unreachable'],
  ['the connection time-out', error('TimeoutError', '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 3000 ms.'), silent, 'unreachable'],
  ['a certificate nobody knows', error('Error', 'self-signed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), silent, 'unreachable'],
  ['a name the certificate does not have', error('Error', '', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), silent, 'unreachable'],
  ['no TLS at the other end', error('Error', 'write EPROTO 40E3:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number', { code: 'EPROTO', syscall: 'write' }), silent, 'unreachable'],
  ['a line that died before TLS was up', error('Error', 'Client network socket disconnected before secure TLS connection was established', { code: 'ECONNRESET' }), silent, 'unreachable'],
  ['no credentials', error('CredentialsProviderError'), null, 'unreachable'],
  ['a reset while reading', error('TimeoutError', 'read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }), silent, 'unknown'],
  ['no answer in time', error('TimeoutError', '', { code: 'ETIMEDOUT' }), silent, 'unknown'],
  ['an aborted call', error('AbortError', 'Request aborted'), silent, 'unknown'],
  ['a broken pipe', error('TimeoutError', 'write EPIPE', { code: 'EPIPE', syscall: 'write' }), silent, 'unknown'],
  ['a TLS line that broke later', error('Error', 'SSL routines: bad record mac', { code: 'EPROTO', syscall: 'read' }), silent, 'unknown'],
  ['5xx without a request id', error('Unknown'), proxy(500), 'unknown'],
  ['a proxy\'s page', error('SyntaxError', 'Unexpected token \'<\''), proxy(502), 'unknown'],
  ['a proxy\'s page with 403', error('SyntaxError', 'Unexpected token \'<\''), proxy(403), 'unknown'],
  ['a captive portal\'s page with 200', error('SyntaxError', 'Unexpected token \'<\''), proxy(200), 'unknown'],
  ['200 of SES with the body cut', error('Error', 'aborted', { code: 'ECONNRESET' }), ses(200), 'accepted'],
  ['200 of SES and then silence', error('AbortError', 'Request aborted'), ses(200), 'accepted'],
  ['something nobody foresaw', new TypeError('x is not a function'), silent, 'unknown'],
];

describe('what a SendEmail call came to', () => {
  it.each(TABLE)('%s', (...row) => {
    const [, thrown, seen, kind, reasonCode] = row;
    expect(classifySesError(thrown, seen)).toMatchObject(reasonCode ? { kind, reasonCode } : { kind });
  });

  it('never repeats an address from the words of SES', () => {
    const answer = classifySesError(error('MessageRejected', 'Address kim@bank.example is <kim@bank.example> bad'), ses(400));
    expect(JSON.stringify(answer)).not.toContain('kim@');
  });
});
