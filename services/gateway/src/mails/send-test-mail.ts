import { AnswerLost, maskAddress, Refused, type AttachmentCheck, type FileRule, type OperationAnswer, type OperationInput } from '@tank/contracts';
import type { Accounts } from '../accounts/accounts.js';
import type { Call, CallOfUser, Services } from '../handlers.js';
import type { OwnFolders } from '../automations/own-folders.js';
import type { PreviewMail } from '../automations/preview-mail.js';
import { ApiProblem, notYet } from '../problem.js';

/** The sender's own limits, added up: the turn in the rate, the files, the longest call of SES that its settings allow. */
const PATIENCE = { timeoutMs: 90_000 };
const PERHAPS = [
  'Nobody knows whether the test was sent, since the answer was lost: look into your mailbox before you send it again. It is not sent again by itself.',
  '응답이 유실되어 테스트 메일이 발송되었는지 알 수 없습니다. 다시 보내기 전에 메일함을 확인하세요. 자동으로 다시 보내지 않습니다.',
] as const;

type Asked = OperationInput<'sendTestMail'>['body'];
type Answer = OperationAnswer<'sendTestMail'>;

/** The mail that one row would get, sent to the one who asks for it: his address is taken from his account and from nowhere else. */
export class SendTestMail {
  constructor(private readonly services: Services, private readonly previews: PreviewMail, private readonly folders: OwnFolders, private readonly own: Pick<Accounts['own'], 'whoAmI'>) {}

  /** @throws ApiProblem, Refused where certainly nothing was sent */
  async send(automationId: string, asked: Asked, call: CallOfUser): Promise<Answer> {
    const { caller, say } = call;
    const { email: to } = (await this.own.whoAmI(caller)).user;
    if (to === null) throw noAddress();
    const definition = await this.folders.draftOf(automationId);
    const { sender: from, recipient, fileRules } = definition;
    if (!from) throw notYet('sender', ['The automation has no sender address yet.', '자동화에 발신자 주소가 없습니다.'], ['Set sender first.', 'sender를 먼저 지정하세요.']);
    const sample = await this.previews.sample(definition, asked, call);
    const [mail, { files, checks }] = await Promise.all([this.previews.render(sample), this.previews.filesOf(fileRules, sample)]);
    refuseWhatWouldNotBeSent(fileRules, checks);
    const insteadOf = maskedAddress(recipient && sample.values[recipient.addressColumn]);
    const test = { automationId, language: say(['en', 'ko']) as 'en' | 'ko', from, to, insteadOf, ...mail, files };
    return this.endOf(to, say, () => this.services.ask('sender.send-test', test, PATIENCE));
  }

  private async endOf(to: string, say: Call['say'], send: () => Promise<{ outcome: 'SENT' | 'IN_DOUBT'; messageId: string | null }>): Promise<Answer> {
    const perhaps = { status: 202 as const, body: { outcome: 'IN_DOUBT' as const, to, detail: say(PERHAPS) } };
    try {
      const { outcome, messageId } = await send();
      return outcome === 'SENT' ? { status: 200, body: { outcome, to, messageId } } : perhaps;
    } catch (error) {
      if (error instanceof Refused && error.cause instanceof AnswerLost) return perhaps;
      throw error;
    }
  }
}

function noAddress(): ApiProblem {
  return notYet('email', ['Your account has no e-mail address, and a test is sent nowhere else.', '계정에 메일 주소가 없습니다. 테스트 메일은 본인 계정의 주소로만 발송됩니다.'],
    ['Ask an administrator to enter it (PATCH /api/user/:id, email).', '관리자에게 PATCH /api/user/:id 로 email을 등록해 달라고 요청하세요.']);
}

/** As on the road: only an absent file may be left out, and only if the rule says so. */
function refuseWhatWouldNotBeSent(rules: FileRule[], checks: Pick<AttachmentCheck, 'rule' | 'status' | 'detail'>[]): void {
  const maySendWithout = new Set(rules.filter(({ onMissing }) => onMissing === 'send').map(({ name }) => name));
  const problem = checks.find(({ rule, status }) => status !== 'FOUND' && !(status === 'NOT_FOUND' && maySendWithout.has(rule)));
  if (!problem) return;
  throw notYet('fileRules', [
    `Rule "${problem.rule}": ${problem.status}${problem.detail ? `. ${problem.detail}` : ''} The mail of this row would not be sent, so neither is the test.`,
    `규칙 "${problem.rule}": ${problem.status}${problem.detail ? ` (${problem.detail})` : ''}. 이 행의 메일은 발송되지 않으므로 테스트 메일도 보내지 않습니다.`,
  ], ['See its files in the preview (POST /api/automation/:id/template/preview), and put the file or the rule right.', '미리보기(POST /api/automation/:id/template/preview)에서 파일을 확인하고 파일이나 규칙을 고치세요.']);
}

function maskedAddress(address: unknown): string | null {
  return typeof address === 'string' && address.trim() !== '' ? maskAddress(address.trim()) : null;
}
