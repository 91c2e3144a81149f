import { fileRuleSchema, TryLater, type AutomationVersion, type FileRule, type MailMapped } from '@tank/contracts';
import { AttachFiles } from './attach-files.js';
import { FileClaims } from './file-claims.js';
import { failed, type MatchedFile, type RuleMatch } from './match-rule.js';
import { RootAlarm } from './root-alarm.js';
import { RootUnreachable } from './root-unreachable.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const mail = (row: number): MailMapped => ({
  v: 1, type: 'MailMapped', mailId: `${RUN}-${row}`, runId: RUN, row, automationId: RUN, versionId: RUN, dispatch: 1, businessDate: '2026-11-20T00:00:00',
  recipientKey: 'k', values: { customer_id: '12' },
});
const ruleOf = (more: Partial<FileRule> = {}) => fileRuleSchema.parse({ name: '명세서', file: '{{customer_id}}.pdf', ...more });
const file = (sha256 = 'x', identity = '1:1', displayName = 'a.pdf'): MatchedFile =>
  ({ rule: '명세서', path: 'a.pdf', displayName, contentType: 'application/pdf', size: 1, modifiedMs: 1, inode: '1', common: false, sha256, identity });
const found = (rule: FileRule, ...files: MatchedFile[]): RuleMatch =>
  ({ rule, status: 'FOUND', detail: null, files, checks: files.map(({ path, size, sha256 }) => ({ rule: rule.name, status: 'FOUND', path, size, sha256, detail: null })), unsettledMs: null });

function attaching(answer: (rule: FileRule, at: number) => RuleMatch | Error, rules = [ruleOf()]) {
  let at = 0;
  const version = { automationName: '월 명세서', definition: { fileRules: rules } } as AutomationVersion;
  const matcher = {
    match: async (rule: FileRule) => {
      const result = answer(rule, at++);
      if (result instanceof Error) throw result;
      return result;
    },
  };
  return new AttachFiles({ get: async () => version }, matcher, new FileClaims(), new RootAlarm());
}

describe('attaching files', () => {
  it('passes the mail on with its files and what each rule found, and without what only this service needs', async () => {
    const [given, ...more] = await attaching((rule) => found(rule, file())).attach(mail(1));
    expect(more).toEqual([]);
    expect(given).toMatchObject({ type: 'MailAttached', mailId: `${RUN}-1`, attachmentChecks: [{ status: 'FOUND', path: 'a.pdf', sha256: 'x' }] });
    const { identity: _, ...travels } = file();
    expect(given).toHaveProperty('files', [travels]);
  });

  it('passes a mail on that wants no files', async () => {
    expect(await attaching((rule) => found(rule), []).attach(mail(1))).toMatchObject([{ type: 'MailAttached', files: [], attachmentChecks: [] }]);
  });

  it('stops the second of two recipients of one file, by content or by place, and not the first when it comes again', async () => {
    const byContent = attaching((rule, at) => found(rule, file('same', `1:${at}`)));
    await byContent.attach(mail(1));
    expect(await byContent.attach(mail(2))).toMatchObject([{ type: 'MailStopped', outcome: 'SKIPPED', errorCode: 'DUPLICATED', attachmentChecks: [{ status: 'DUPLICATED', path: 'a.pdf', sha256: 'same' }] }]);
    expect(await byContent.attach(mail(1))).toMatchObject([{ type: 'MailAttached' }]);
    const byPlace = attaching((rule, at) => found(rule, file(`content ${at}`)));
    await byPlace.attach(mail(1));
    expect(await byPlace.attach(mail(2))).toMatchObject([{ type: 'MailStopped', errorCode: 'DUPLICATED' }]);
  });

  it('hands a common file to everybody', async () => {
    const attach = attaching((rule) => found(rule, file()), [ruleOf({ common: true })]);
    for (const row of [1, 2]) expect(await attach.attach(mail(row))).toMatchObject([{ type: 'MailAttached' }]);
  });

  it.each([
    ['NOT_FOUND', 'skip', ['MailStopped']], ['NOT_FOUND', 'send', ['MailAttached']], ['NOT_FOUND', 'stop', ['RunHalted', 'MailStopped']],
    ['INVALID', 'skip', ['MailStopped']], ['INVALID', 'send', ['MailStopped']], ['INVALID', 'stop', ['RunHalted', 'MailStopped']],
    ['DUPLICATED', 'skip', ['MailStopped']], ['DUPLICATED', 'send', ['MailStopped']], ['DUPLICATED', 'stop', ['RunHalted', 'MailStopped']],
  ] as const)('%s under the policy %s', async (status, onMissing, types) => {
    const given = await attaching((rule) => failed(rule, status, 'Because.'), [ruleOf({ onMissing })]).attach(mail(7));
    expect(given.map(({ type }) => type)).toEqual(types);
    const stopped = given.find(({ type }) => type === 'MailStopped');
    if (stopped) expect(stopped).toMatchObject({ outcome: 'SKIPPED', errorCode: status, errorDetail: 'Rule "명세서": Because.', attachmentChecks: [{ rule: '명세서', status }] });
    else expect(given).toMatchObject([{ files: [], attachmentChecks: [{ status: 'NOT_FOUND' }] }]);
  });

  it('says which automation, row and rule stop the run', async () => {
    const [halted] = await attaching((rule) => failed(rule, 'NOT_FOUND', 'No file matches.'), [ruleOf({ onMissing: 'stop' })]).attach(mail(7));
    expect(halted).toEqual({ v: 1, type: 'RunHalted', runId: RUN, status: 'FAIL', reasonCode: 'NOT_FOUND', reason: 'Automation "월 명세서", row 7: Rule "명세서": No file matches. The rule stops the run.' });
  });

  it('lets the rule that stops the run decide, and keeps the checks of all', async () => {
    const rules = [ruleOf({ name: 'a' }), ruleOf({ name: 'b', onMissing: 'stop' }), ruleOf({ name: 'c', onMissing: 'send' })];
    const given = await attaching((rule) => failed(rule, rule.name === 'a' ? 'INVALID' : 'NOT_FOUND', '…'), rules).attach(mail(1));
    expect(given).toMatchObject([{ type: 'RunHalted', reasonCode: 'NOT_FOUND' }, { errorDetail: 'Rule "b": …', attachmentChecks: [{ rule: 'a' }, { rule: 'b' }, { rule: 'c' }] }]);
  });

  it('gives two files of one mail two names', async () => {
    const given = await attaching((rule) => found(rule, file('x', '1:1'), file('y', '1:2'))).attach(mail(1));
    expect(given).toMatchObject([{ files: [{ displayName: 'a.pdf' }, { displayName: 'a (2).pdf' }] }]);
  });

  it('comes again for a file that was written a moment ago', async () => {
    const attach = attaching((rule) => ({ ...failed(rule, 'INVALID', '…'), unsettledMs: 700 }));
    const error = await attach.attach(mail(1)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TryLater);
    expect(error).toMatchObject({ retryAfterMs: 700 });
  });

  it('gives the mail back while the root is away, and raises one system error a minute', async () => {
    let now = 0;
    const alarm = new RootAlarm(() => now);
    const away = new RootUnreachable('The file root cannot be read (EIO).', 'Mount it.');
    const attach = new AttachFiles({ get: async () => ({ definition: { fileRules: [ruleOf()] } }) as AutomationVersion }, { match: () => Promise.reject(away) }, new FileClaims(), alarm);
    expect(await attach.attach(mail(1))).toMatchObject([
      { type: 'MailGivenBack', mailId: `${RUN}-1`, reasonCode: 'FILE_ROOT_UNREACHABLE', retryAfterMs: 10_000 },
      { type: 'SystemErrorRaised', module: 'ATTACHMENT', message: 'The file root cannot be read (EIO).', remedy: 'Mount it.', runId: RUN },
    ]);
    now = 59_999;
    expect(await attach.attach(mail(2))).toMatchObject([{ type: 'MailGivenBack' }]);
    now = 60_000;
    expect(await attach.attach(mail(3))).toHaveLength(2);
  });
});
