import { createLog, setLogLevel } from './log.js';

describe('the log', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('sender', (line) => void lines.push(JSON.parse(line)));
  beforeEach(() => lines.splice(0));
  afterEach(() => setLogLevel('info'));

  it('writes one JSON line an event', () => {
    log.info('mail.sent', { mailId: 'm', duration: 12, success: true });
    expect(lines).toEqual([{ timestamp: expect.any(String), level: 'info', service: 'sender', action: 'mail.sent', mailId: 'm', duration: 12, success: true }]);
  });

  it('drops what is below its level', () => {
    setLogLevel('warn');
    log.info('mail.sent');
    log.warn('ses.slow');
    expect(lines.map(({ action }) => action)).toEqual(['ses.slow']);
  });

  it('says why, down to the first cause', () => {
    log.error('source.connect', new Error('could not connect', { cause: new TypeError('refused') }));
    expect(lines[0]).toMatchObject({ success: false, error: 'Error: could not connect ← TypeError: refused' });
  });
});
