import { z } from 'zod';
import { groupSchema, managedUserSchema, newSecondFactorSchema, passwordKeySchema, providerRedirectSchema, providerSchema, recoveryCodesSchema, signedInSchema, userSchema } from './account.js';
import * as schema from './api-schemas.js';
import { automationFileSchema } from './automation-file.js';
import { automationSchema, automationVersionSchema } from './automation.js';
import { connectionSchema, connectTestSchema } from './connection.js';
import { mailIdSchema } from './messages.js';
import { attachmentStatusSchema, errorCodeSchema, outcomeSchema } from './outcome.js';
import { streamedSchema, type Operation } from './operation.js';
import { says } from './own-words.js';
import { summarySchema } from './requests.js';
import { sentMailSchema } from './sent-mail.js';
import { SETTING_NAMES } from './settings.js';
import { SORTS } from './sorts.js';
import { daySchema, scheduleSchema, timeZoneSchema } from './run.js';

/** As large as PostgreSQL counts. */
const versionNumberSchema = z.coerce.number<string>().int().positive().max(2_147_483_647);
const byId = z.strictObject({ id: z.uuid() });
const byVersion = byId.extend({ number: versionNumberSchema });
/** What OpenAPI says of a parameter that its schema does not say. */
export const PARAMETER_TEXTS = z.registry<{ text: string }>();
const SORTED = 'A field; with - before it from the last to the first. Names by the Korean collation, ties by the id · 정렬 기준. 앞에 -를 붙이면 역순, 이름은 한국어 순서';
const told = <T extends z.ZodType>(text: string, schema: T): T => {
  PARAMETER_TEXTS.add(schema, { text });
  return schema;
};
/** Every list takes it: pages that what is written meanwhile does not shift. */
const listShape = <S extends z.ZodType>(sort: S, absent?: string) => ({
  limit: told('How many items at most; an answer of long texts has fewer · 최대 개수 (내용이 길면 더 적을 수 있음)', z.coerce.number<string>().int().min(1).max(1000).default(100)),
  after: told('The next of the page before, asked with the same sort and filters · 같은 정렬과 조건으로 받은 이전 페이지의 next', z.string().optional()),
  sort: told([SORTED, absent].filter(Boolean).join('. '), sort),
});
const instantSchema = z.iso.datetime({ offset: true });
/** The same key starts one run, however often it is sent; absent: a new key, named in the answer's header. */
const idempotencyHeaders = z.object({ 'idempotency-key': z.string().regex(/^[\x21-\x7e]{1,200}$/, says(
  'Idempotency-Key takes 1 to 200 ASCII characters without blanks.', 'Idempotency-Key는 공백 없는 ASCII 문자 1~200자입니다.',
)).optional() });
/** For the audit trail. */
const reasonSchema = z.string().trim().min(3).max(500);
/** `unmask=true`: recipients as they are, for roles of the setting `unmaskedFor`, with a reason; the trail keeps who saw whom. */
const viewShape = { unmask: z.enum(['true', 'false']).default('false'), reason: reasonSchema.optional() };
/** `timeZone`: of the times in the file, and of days that are asked for. */
const exportShape = { format: z.enum(['csv', 'xlsx']).default('csv'), reason: reasonSchema, timeZone: timeZoneSchema.default('Asia/Seoul') };
const EXPORTED = { answers: { 200: streamedSchema }, media: { 200: ['text/csv; charset=utf-8', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] } } as const;
const daysShape = { from: daySchema.optional(), to: daySchema.optional(), timeZone: timeZoneSchema.optional() };
/** Why somebody looks at what a recipient got, for the audit trail. `copy`: absent, the last. */
const sentMailQueryShape = { reason: reasonSchema, copy: z.coerce.number<string>().int().positive().optional() };
/** Default told here: it depends on `runId`. */
const MAILS_SORTED = 'settledAt over all runs, row within the one of runId. Default: -settledAt, with runId row · 전체 검색은 settledAt, runId를 지정하면 row만 사용. 기본값: -settledAt, runId가 있으면 row';
const mailFilterShape = { outcome: outcomeSchema.optional(), errorCode: errorCodeSchema.optional() };
const mailSearchShape = {
  ...mailFilterShape, runId: z.uuid().optional(), automationId: z.uuid().optional(), recipientKey: z.string().min(1).optional(), address: z.string().min(1).optional(),
  messageId: z.string().min(1).optional(), ...daysShape,
};
const summaryShape = { from: daySchema.optional(), to: daySchema.optional(), timeZone: timeZoneSchema.default('Asia/Seoul'), automationId: z.uuid().optional() };
const failedShape = { ...listShape(SORTS.failedChecks), runId: z.uuid().optional(), automationId: z.uuid().optional(), ...daysShape };
const auditShape = {
  userId: z.uuid().optional(), operation: z.string().max(100).optional(), objectId: z.string().max(200).optional(), from: instantSchema.optional(), to: instantSchema.optional(),
  /** An address, recipient key or Message-ID: who searched for it, or saw it unmasked? */
  person: z.string().trim().min(1).max(500).optional(),
};
/** Providers add parameters of their own. */
const providerAnswer = z.object({ state: z.string().optional(), code: z.string().optional(), error: z.string().optional() }).catchall(z.string());

/**
 * The REST API, one entry an operation. The gateway's routes, what it checks of requests and answers, and
 * /api/openapi.json are made from it, so they cannot disagree.
 */
export const API = {
  signIn: {
    method: 'POST', path: '/api/session',
    summary: ['Sign in; the answer has an access token for ten minutes, a cookie the refresh token', '로그인합니다 (10분짜리 접근 토큰과 갱신 토큰 쿠키를 발급)'],
    body: schema.credentialsBody, answers: { 200: signedInSchema }, errors: [400, 401, 429],
  },
  refreshSession: {
    method: 'POST', path: '/api/session/refresh', audited: 'never',
    summary: ['A new access token for the refresh token in the cookie, which is replaced, too', '쿠키의 갱신 토큰으로 새 접근 토큰을 받습니다 (갱신 토큰도 교체)'],
    answers: { 200: signedInSchema }, errors: [401],
  },
  getSession: {
    method: 'GET', path: '/api/session',
    summary: ['Who is signed in', '로그인한 사용자'],
    answers: { 200: schema.whoAmISchema }, errors: [],
  },
  signOut: {
    method: 'DELETE', path: '/api/session',
    summary: ['Sign out', '로그아웃합니다'],
    answers: { 200: schema.endedSessionSchema }, errors: [],
  },
  changePassword: {
    method: 'POST', path: '/api/session/password',
    summary: ['Change one\'s own password; all other sessions end', '자신의 비밀번호를 바꿉니다 (다른 세션은 모두 종료)'],
    body: schema.passwordChangeBody, answers: { 200: userSchema }, errors: [400, 429],
  },
  getPasswordKey: {
    method: 'GET', path: '/api/session/key',
    summary: ['The key to which a page encrypts the passwords of one request, with a nonce', '요청 한 건의 비밀번호를 암호화할 공개 키와 일회용 값(nonce)'],
    answers: { 200: passwordKeySchema }, errors: [],
  },
  startSecondFactor: {
    method: 'POST', path: '/api/session/second-factor',
    summary: ['A new secret for an authenticator app; it counts once a code of it has confirmed it', '인증 앱에 등록할 새 비밀 값 (코드로 확인해야 적용)'],
    body: schema.currentPasswordBody, answers: { 200: newSecondFactorSchema }, errors: [400, 409, 429],
  },
  confirmSecondFactor: {
    method: 'POST', path: '/api/session/second-factor/confirm',
    summary: ['Confirm the second factor with a code; the answer has the recovery codes, once; all other sessions end', '코드로 2단계 인증을 확정합니다 (복구 코드는 한 번만 표시, 다른 세션은 모두 종료)'],
    body: schema.secondFactorCodeBody, answers: { 200: recoveryCodesSchema }, errors: [400, 409, 429],
  },
  removeSecondFactor: {
    method: 'DELETE', path: '/api/session/second-factor',
    summary: ['Take one\'s own second factor away', '자신의 2단계 인증을 해제합니다'],
    body: schema.secondFactorRemovalBody, answers: { 200: userSchema }, errors: [400, 409, 429],
  },
  getProvider: {
    method: 'GET', path: '/api/session/provider',
    summary: ['The identity provider at which one can sign in, or null', '로그인할 수 있는 외부 인증 기관 (없으면 null)'],
    answers: { 200: providerSchema }, errors: [],
  },
  startProviderSignIn: {
    method: 'GET', path: '/api/session/provider/start',
    summary: ['For a browser: on to the identity provider', '브라우저를 외부 인증 기관으로 보냅니다'],
    answers: { 302: providerRedirectSchema }, errors: [404],
  },
  finishProviderSignIn: {
    method: 'GET', path: '/api/session/provider/callback',
    summary: ['For a browser: back from the identity provider, with the refresh token in the cookie or with signInProblem in the address', '외부 인증 기관에서 돌아온 브라우저를 로그인시킵니다 (쿠키에 갱신 토큰, 또는 주소에 signInProblem)'],
    query: providerAnswer, answers: { 302: providerRedirectSchema }, errors: [404],
  },
  endSession: {
    method: 'DELETE', path: '/api/session/:id', of: 'session',
    summary: ['End a session of one\'s own; an administrator anybody\'s', '자신의 세션을 종료합니다 (관리자는 모든 세션)'],
    params: byId, answers: { 200: schema.endedSessionSchema }, errors: [404],
  },
  listUsers: {
    method: 'GET', path: '/api/user',
    summary: ['List users', '사용자 목록'],
    query: z.strictObject(listShape(SORTS.users)), answers: { 200: schema.userPage }, errors: [],
  },
  createUser: {
    method: 'POST', path: '/api/user',
    summary: ['Create a user with a temporary password', '임시 비밀번호로 사용자를 만듭니다'],
    etag: true, body: schema.userBody, answers: { 201: managedUserSchema }, errors: [400, 409],
  },
  getUser: {
    method: 'GET', path: '/api/user/:id', of: 'user',
    summary: ['A user', '사용자 한 명'],
    etag: true, params: byId, answers: { 200: managedUserSchema }, errors: [404],
  },
  changeUser: {
    method: 'PATCH', path: '/api/user/:id', of: 'user',
    summary: ['Change a user: name shown, role, disabled, a new temporary password, no second factor any more', '사용자를 바꿉니다 (표시 이름, 역할, 사용 중지, 새 임시 비밀번호, 2단계 인증 해제)'],
    etag: true, ifMatch: true, params: byId, body: schema.userChangeBody, answers: { 200: managedUserSchema }, errors: [400, 404, 409],
  },
  listUserSessions: {
    method: 'GET', path: '/api/user/:id/session', of: 'user',
    summary: ['Sessions of a user that have not ended; one\'s own, an administrator anybody\'s', '사용자의 열린 세션 목록 (자신의 것, 관리자는 모두)'],
    params: byId, query: z.strictObject(listShape(SORTS.sessions)), answers: { 200: schema.sessionPage }, errors: [404],
  },
  listGroups: {
    method: 'GET', path: '/api/group',
    summary: ['List one\'s own groups; an administrator all', '자신의 그룹 목록 (관리자는 모두)'],
    query: z.strictObject(listShape(SORTS.groups)), answers: { 200: schema.groupPage }, errors: [],
  },
  createGroup: {
    method: 'POST', path: '/api/group',
    summary: ['Create a group', '그룹을 만듭니다'],
    body: schema.groupBody, answers: { 201: groupSchema }, errors: [400, 409],
  },
  changeGroup: {
    method: 'PATCH', path: '/api/group/:id', of: 'group',
    summary: ['Change name and folders of a group', '그룹의 이름과 폴더를 바꿉니다'],
    params: byId, body: schema.groupChangeBody, answers: { 200: groupSchema }, errors: [400, 404, 409],
  },
  removeGroup: {
    method: 'DELETE', path: '/api/group/:id', of: 'group',
    summary: ['Remove a group that has neither automations nor connections', '자동화와 연결이 없는 그룹을 삭제합니다'],
    params: byId, answers: { 200: groupSchema }, errors: [404, 409],
  },
  createAutomation: {
    method: 'POST', path: '/api/automation', refers: { groupId: 'group', connectionId: 'connection' },
    summary: ['Create an automation with a first draft', '자동화를 만들고 초안을 시작합니다'],
    etag: true, body: schema.createAutomationBody, answers: { 201: automationSchema }, errors: [400, 404, 409],
  },
  importAutomation: {
    method: 'POST', path: '/api/automation/import', refers: { groupId: 'group' },
    summary: ['Make an automation of an exported file: a draft with queries to be tested, schedules switched off', '내보낸 파일로 자동화를 만듭니다 (쿼리는 다시 검사, 스케줄은 꺼진 상태)'],
    etag: true, query: z.strictObject({ name: automationSchema.shape.name.optional(), groupId: z.uuid().optional() }), body: schema.automationFileBody,
    answers: { 201: schema.importedAutomationSchema }, errors: [400, 404, 409],
  },
  listAutomations: {
    method: 'GET', path: '/api/automation',
    summary: ['List automations', '자동화 목록'],
    query: z.strictObject(listShape(SORTS.automations)), answers: { 200: schema.automationPage }, errors: [],
  },
  getAutomation: {
    method: 'GET', path: '/api/automation/:id', of: 'automation',
    summary: ['An automation with its active version and its draft', '자동화와 사용 중인 버전, 초안'],
    etag: true, params: byId, answers: { 200: automationSchema }, errors: [404],
  },
  exportAutomation: {
    method: 'GET', path: '/api/automation/:id/export', of: 'automation',
    summary: ['An automation as a file, with its schedules: the draft where there is one, or a version; who took it and why is written down', '자동화와 스케줄을 파일로 내보냅니다 (초안이 있으면 초안, 또는 지정한 버전. 내보낸 사람과 사유가 감사 기록에 남음)'],
    params: byId, query: z.strictObject({ version: versionNumberSchema.optional(), reason: reasonSchema }), answers: { 200: automationFileSchema }, errors: [404],
  },
  duplicateAutomation: {
    method: 'POST', path: '/api/automation/:id/duplicate', of: 'automation',
    summary: ['Make another automation like it, as by export and import', '같은 내용의 자동화를 새로 만듭니다 (내보내기·가져오기와 같음)'],
    etag: true, params: byId, body: schema.duplicateBody, answers: { 201: schema.importedAutomationSchema }, errors: [400, 404, 409],
  },
  changeAutomation: {
    method: 'PATCH', path: '/api/automation/:id', of: 'automation', refers: { connectionId: 'connection' },
    summary: ['Change the draft (recipient, sender, file rules, connection, order), or name and description', '초안의 수신자, 발신자, 파일 규칙, 연결, 순서를, 또는 이름과 설명을 바꿉니다'],
    etag: true, ifMatch: true, params: byId, body: schema.changeAutomationBody, answers: { 200: automationVersionSchema }, errors: [400, 404, 409],
  },
  saveTargetQuery: {
    method: 'POST', path: '/api/automation/:id/dbio/target', of: 'automation',
    summary: ['Test and save the Target Query', '대상 쿼리를 검사하고 저장합니다'],
    etag: true, ifMatch: true, params: byId, body: schema.queryBody,
    answers: { 200: schema.savedQuerySchema, 202: schema.uncheckedQuerySchema }, errors: [400, 404, 409],
  },
  saveMappingQuery: {
    method: 'POST', path: '/api/automation/:id/dbio/mapping', of: 'automation',
    summary: ['Test and save the Mapping Query', '매핑 쿼리를 검사하고 저장합니다'],
    etag: true, ifMatch: true, params: byId, body: schema.queryBody,
    answers: { 200: schema.savedQuerySchema, 202: schema.uncheckedQuerySchema }, errors: [400, 404, 409],
  },
  saveUpdateQuery: {
    method: 'POST', path: '/api/automation/:id/dbio/update', of: 'automation',
    summary: ['Test and save the Update Query', '업데이트 쿼리를 검사하고 저장합니다'],
    etag: true, ifMatch: true, params: byId, body: schema.updateQueryBody,
    answers: { 200: schema.savedQuerySchema, 202: schema.uncheckedQuerySchema }, errors: [400, 404, 409],
  },
  saveTemplate: {
    method: 'POST', path: '/api/automation/:id/template', of: 'automation',
    summary: ['Check and save the template', '템플릿을 검사하고 저장합니다'],
    etag: true, ifMatch: true, params: byId, body: schema.templateBody, answers: { 200: schema.savedTemplateSchema }, errors: [400, 404, 409],
  },
  checkQuery: {
    method: 'POST', path: '/api/automation/:id/dbio/check', of: 'automation', audited: 'never',
    summary: ['Test a query without running or saving it', '쿼리를 실행하거나 저장하지 않고 검사합니다'],
    params: byId, body: schema.checkQueryBody, answers: { 200: schema.checkedQuerySchema }, errors: [400, 404, 409],
  },
  sampleRows: {
    method: 'POST', path: '/api/automation/:id/dbio/sample', of: 'automation', audited: 'never',
    summary: ['The first rows that a run would get', '실행이 읽게 될 처음 몇 행을 봅니다'],
    params: byId, body: schema.sampleBody, optionalBody: true, answers: { 200: schema.sampleRowsSchema }, errors: [400, 404, 409],
  },
  matchFiles: {
    method: 'POST', path: '/api/automation/:id/files/match', of: 'automation', audited: 'never',
    summary: ['Which files the first rows would get; nothing is claimed', '처음 몇 행에 첨부될 파일을 확인합니다 (점유하지 않음)'],
    params: byId, body: schema.matchFilesBody, optionalBody: true, answers: { 200: schema.fileMatchSchema }, errors: [400, 404, 409],
  },
  previewTemplate: {
    method: 'POST', path: '/api/automation/:id/template/preview', of: 'automation', audited: 'never',
    summary: ['Show the mail of one row, and the files it would get; nothing is sent', '한 행의 메일과 첨부될 파일을 미리 봅니다 (발송하지 않음)'],
    params: byId, body: schema.previewBody, optionalBody: true, answers: { 200: schema.previewSchema }, errors: [400, 404, 409],
  },
  sendTestMail: {
    method: 'POST', path: '/api/automation/:id/test', of: 'automation',
    summary: ['Send the mail of one row to oneself, marked as a test; 202: it may have been sent', '한 행의 메일을 테스트 표시를 붙여 본인에게 발송합니다 (202: 발송되었을 수 있음)'],
    params: byId, body: schema.testMailBody, optionalBody: true, answers: { 200: schema.testMailSentSchema, 202: schema.testMailInDoubtSchema }, errors: [400, 404, 409],
  },
  approveAutomation: {
    method: 'POST', path: '/api/automation/:id/approve', of: 'automation',
    summary: ['Approve the draft; with requireApproval by somebody who has not written in it', '초안을 승인합니다 (requireApproval 설정이면 작성에 참여하지 않은 사람만)'],
    etag: true, ifMatch: true, params: byId, answers: { 200: automationVersionSchema }, errors: [404, 409],
  },
  activateAutomation: {
    method: 'POST', path: '/api/automation/:id/activate', of: 'automation',
    summary: ['Make the draft the active version; with requireApproval only when it is approved', '초안을 사용 중인 버전으로 만듭니다 (requireApproval 설정이면 승인된 초안만)'],
    etag: true, ifMatch: true, params: byId, answers: { 200: automationVersionSchema }, errors: [404, 409],
  },
  moveAutomation: {
    method: 'POST', path: '/api/automation/:id/group', of: 'automation', refers: { groupId: 'group' },
    summary: ['Move an automation into another group, with its schedules, runs and mails', '자동화를 다른 그룹으로 옮깁니다 (스케줄, 실행, 메일 포함)'],
    params: byId, body: schema.moveBody, answers: { 200: automationSchema }, errors: [400, 404, 409],
  },
  listVersions: {
    method: 'GET', path: '/api/automation/:id/version', of: 'automation',
    summary: ['Versions of an automation, newest first', '자동화의 버전 목록 (최신순)'],
    params: byId, query: z.strictObject(listShape(SORTS.versions)), answers: { 200: schema.versionPage }, errors: [404],
  },
  getVersion: {
    method: 'GET', path: '/api/automation/:id/version/:number', of: 'automation',
    summary: ['A version with all that it says', '버전 한 개의 전체 내용'],
    params: byVersion, answers: { 200: automationVersionSchema }, errors: [404],
  },
  compareVersions: {
    method: 'GET', path: '/api/automation/:id/version/:number/difference', of: 'automation',
    summary: ['What a version says otherwise than the one before, or than another', '이전 버전 또는 다른 버전과의 차이'],
    params: byVersion, query: z.strictObject({ from: versionNumberSchema.optional() }), answers: { 200: schema.versionDifferenceSchema }, errors: [404, 409],
  },
  restoreVersion: {
    method: 'POST', path: '/api/automation/:id/version/:number/restore', of: 'automation',
    summary: ['Go back to a version: the draft says what it said', '이전 버전의 내용으로 초안을 만듭니다'],
    etag: true, ifMatch: true, params: byVersion, answers: { 200: automationVersionSchema }, errors: [404, 409],
  },
  startRun: {
    method: 'POST', path: '/api/automation/:id/run', of: 'automation',
    summary: ['Run now', '즉시 실행'],
    params: byId, body: schema.runBody, optionalBody: true,
    headers: idempotencyHeaders,
    answers: { 202: schema.explainedRunSchema }, errors: [400, 404, 409],
  },
  createSchedule: {
    method: 'POST', path: '/api/scheduler', refers: { automationId: 'automation' },
    summary: ['Create a schedule', '스케줄을 만듭니다'],
    etag: true, body: schema.scheduleBody, answers: { 201: scheduleSchema }, errors: [400, 404, 409],
  },
  getSchedule: {
    method: 'GET', path: '/api/scheduler/:id', of: 'schedule',
    summary: ['A schedule with its next firings', '스케줄 한 개와 다음 실행 시각'],
    etag: true, params: byId, answers: { 200: scheduleSchema }, errors: [404],
  },
  listSchedules: {
    method: 'GET', path: '/api/scheduler', refers: { automationId: 'automation' },
    summary: ['List schedules with their next firings', '스케줄과 다음 실행 시각 목록'],
    query: z.strictObject({ ...listShape(SORTS.schedules), automationId: z.uuid().optional() }), answers: { 200: schema.schedulePage }, errors: [404],
  },
  changeSchedule: {
    method: 'PATCH', path: '/api/scheduler/:id', of: 'schedule',
    summary: ['Change a schedule, or switch it on or off', '스케줄을 변경하거나 켜고 끕니다'],
    etag: true, ifMatch: true, params: byId, body: schema.scheduleChangeBody, answers: { 200: scheduleSchema }, errors: [400, 404, 409],
  },
  removeSchedule: {
    method: 'DELETE', path: '/api/scheduler/:id', of: 'schedule',
    summary: ['Remove a schedule; runs that it has made stay', '스케줄을 삭제합니다 (이미 만든 실행은 유지)'],
    ifMatch: true, params: byId, answers: { 200: scheduleSchema }, errors: [404],
  },
  previewFirings: {
    method: 'POST', path: '/api/scheduler/preview', audited: 'never',
    summary: ['When such a schedule would fire', '해당 스케줄의 다음 실행 시각을 미리 봅니다'],
    body: schema.timingBody, answers: { 200: schema.firingsSchema }, errors: [400],
  },
  listRuns: {
    method: 'GET', path: '/api/run', refers: { automationId: 'automation' },
    summary: ['List runs, newest first', '실행 목록 (최신순)'],
    query: z.strictObject({ ...listShape(SORTS.runs), automationId: z.uuid().optional() }), answers: { 200: schema.runPage }, errors: [404],
  },
  getRun: {
    method: 'GET', path: '/api/run/:id', of: 'run',
    summary: ['A run and its counts', '실행과 건수'],
    params: byId, answers: { 200: schema.explainedRunSchema }, errors: [404],
  },
  watchRun: {
    method: 'GET', path: '/api/run/:id/events', of: 'run',
    summary: [
      'Watch a run: server-sent events "run" (as GET answers it, at once and on each change), "away" (it cannot be asked now), "end" (it has ended) and "signed-out"; ends after an hour, then connect again',
      '실행을 실시간으로 봅니다. 서버 전송 이벤트 "run"(GET 응답과 같은 내용, 즉시 그리고 바뀔 때마다), "away"(지금 확인할 수 없음), "end"(실행 종료), "signed-out". 한 시간 뒤 끊기면 다시 연결하세요',
    ],
    params: byId, answers: { 200: streamedSchema }, media: { 200: ['text/event-stream'] }, errors: [404],
  },
  pauseRun: {
    method: 'POST', path: '/api/run/:id/pause', of: 'run',
    summary: ['Pause a run: nothing more is sent until it is resumed', '실행을 일시 정지합니다 (재개할 때까지 발송하지 않음)'],
    params: byId, body: schema.stopRunBody, optionalBody: true, answers: { 200: schema.explainedRunSchema }, errors: [400, 404, 409],
  },
  resumeRun: {
    method: 'POST', path: '/api/run/:id/resume', of: 'run',
    summary: ['Resume a paused run where it stood', '일시 정지된 실행을 이어서 재개합니다'],
    params: byId, answers: { 200: schema.explainedRunSchema }, errors: [404, 409],
  },
  cancelRun: {
    method: 'POST', path: '/api/run/:id/cancel', of: 'run',
    summary: ['Cancel a run: what has not left is never sent', '실행을 취소합니다 (아직 나가지 않은 메일은 발송하지 않음)'],
    params: byId, body: schema.stopRunBody, optionalBody: true, answers: { 200: schema.explainedRunSchema }, errors: [400, 404, 409],
  },
  resendMails: {
    method: 'POST', path: '/api/run/:id/resend', of: 'run',
    summary: ['Send mails of a run again that were not sent, in a new run', '발송되지 않은 메일을 새 실행으로 다시 발송합니다'],
    params: byId, body: schema.resendBody, optionalBody: true, headers: idempotencyHeaders, answers: { 202: schema.explainedRunSchema }, errors: [400, 404, 409],
  },
  listRunMails: {
    method: 'GET', path: '/api/run/:id/mails', of: 'run',
    summary: ['Mails of a run', '한 실행의 메일 목록'],
    params: byId, query: z.strictObject({ ...listShape(SORTS.runMails), ...viewShape, ...mailFilterShape }), answers: { 200: schema.mailPage }, errors: [404],
  },
  exportRunMails: {
    method: 'GET', path: '/api/run/:id/mails/export', of: 'run',
    summary: ['Mails of a run as a file', '한 실행의 메일을 파일로 내보냅니다'],
    params: byId, query: z.strictObject({ ...viewShape, ...exportShape, ...mailFilterShape }), ...EXPORTED, errors: [404, 409],
  },
  searchMails: {
    method: 'GET', path: '/api/mail', refers: { runId: 'run', automationId: 'automation' },
    summary: ['Search mails', '메일 검색'],
    query: z.strictObject({ ...listShape(SORTS.mails.optional(), MAILS_SORTED), ...viewShape, ...mailSearchShape }), answers: { 200: schema.mailPage }, errors: [404],
  },
  exportMails: {
    method: 'GET', path: '/api/mail/export', refers: { runId: 'run', automationId: 'automation' },
    summary: ['Mails that a search finds, as a file', '검색한 메일을 파일로 내보냅니다'],
    query: z.strictObject({ ...viewShape, ...mailSearchShape, ...exportShape }), ...EXPORTED, errors: [404, 409],
  },
  getMail: {
    method: 'GET', path: '/api/mail/:id', of: 'mail',
    summary: ['What happened to one mail, step by step', '메일 한 건의 처리 결과와 단계별 시각'],
    params: z.strictObject({ id: mailIdSchema }), query: z.strictObject(viewShape), answers: { 200: schema.explainedMailWithTrailSchema }, errors: [404],
  },
  getSentMail: {
    method: 'GET', path: '/api/mail/:id/sent', of: 'mail',
    summary: ['A mail as it was handed to SES, unmasked; who looked and why is written down', '발송 당시의 메일 내용 (마스킹 없음, 열람자와 사유가 감사 기록에 남음)'],
    params: z.strictObject({ id: mailIdSchema }), query: z.strictObject(sentMailQueryShape), answers: { 200: sentMailSchema }, errors: [404, 409],
  },
  getSentAttachment: {
    method: 'GET', path: '/api/mail/:id/sent/attachment/:position', of: 'mail',
    summary: ['A file of a mail, while it still is the one that was sent; who looked and why is written down', '메일의 첨부파일 (발송된 파일과 같을 때만, 열람자와 사유가 감사 기록에 남음)'],
    params: z.strictObject({ id: mailIdSchema, position: z.coerce.number<string>().int().positive() }), query: z.strictObject(sentMailQueryShape),
    answers: { 200: streamedSchema }, media: { 200: ['application/octet-stream'] }, errors: [404, 409],
  },
  settleMail: {
    method: 'POST', path: '/api/mail/:id/settle', of: 'mail',
    summary: ['Settle a mail in doubt, by what was found out of it', '발송 여부가 불명인 메일의 결과를 확인한 근거로 확정합니다'],
    params: z.strictObject({ id: mailIdSchema }), body: schema.settleMailBody, answers: { 202: schema.settledMailSchema }, errors: [400, 404, 409],
  },
  getSummary: {
    method: 'GET', path: '/api/report/summary', refers: { automationId: 'automation' },
    summary: ['Outcomes by day and automation; without dates the last 30 days', '일자별·자동화별 결과 통계 (날짜가 없으면 최근 30일)'],
    query: z.strictObject(summaryShape), answers: { 200: summarySchema }, errors: [404],
  },
  exportSummary: {
    method: 'GET', path: '/api/report/summary/export', refers: { automationId: 'automation' },
    summary: ['Outcomes by day, automation and error as a file', '일자별·자동화별·오류별 결과 통계를 파일로 내보냅니다'],
    query: z.strictObject({ ...summaryShape, ...exportShape }), ...EXPORTED, errors: [404, 409],
  },
  listFailedFiles: {
    method: 'GET', path: '/api/failed-file', refers: { runId: 'run', automationId: 'automation' },
    summary: ['Files that were not found or not let out, newest first', '찾지 못했거나 첨부하지 않은 파일 목록 (최신순)'],
    query: z.strictObject({ ...failedShape, status: attachmentStatusSchema.exclude(['FOUND']).optional() }), answers: { 200: schema.failedFilePage }, errors: [404],
  },
  listFailedTemplates: {
    method: 'GET', path: '/api/failed-template', refers: { runId: 'run', automationId: 'automation' },
    summary: ['Mails whose template could not be filled, newest first', '템플릿을 채우지 못한 메일 목록 (최신순)'],
    query: z.strictObject(failedShape), answers: { 200: schema.failedTemplatePage }, errors: [404],
  },
  listSystemErrors: {
    method: 'GET', path: '/api/system-error', refers: { runId: 'run' },
    summary: ['System errors, newest first', '시스템 오류 목록 (최신순)'],
    query: z.strictObject({ ...listShape(SORTS.systemErrors), runId: z.uuid().optional() }), answers: { 200: schema.systemErrorPage }, errors: [404],
  },
  listDeadLetters: {
    method: 'GET', path: '/api/dead-letter', refers: { runId: 'run' },
    summary: ['Messages that kept failing, newest first, without their content', '계속 실패한 메시지 목록 (최신순, 내용 제외)'],
    query: z.strictObject({ ...listShape(SORTS.deadLetters), runId: z.uuid().optional() }), answers: { 200: schema.deadLetterPage }, errors: [404],
  },
  listAudit: {
    method: 'GET', path: '/api/audit',
    summary: ['The audit trail, newest first: who asked for what, and how it ended', '감사 기록 (최신순): 누가 무엇을 요청했고 어떻게 끝났는지'],
    query: z.strictObject({ ...listShape(SORTS.audit), ...auditShape }),
    answers: { 200: schema.auditPage }, errors: [],
  },
  exportAudit: {
    method: 'GET', path: '/api/audit/export',
    summary: ['The audit trail as a file', '감사 기록을 파일로 내보냅니다'],
    query: z.strictObject({ ...auditShape, ...exportShape }), ...EXPORTED, errors: [409],
  },
  getSettings: {
    method: 'GET', path: '/api/setting',
    summary: ['Settings that change while Tank runs, and who changed them last', '실행 중에 바꿀 수 있는 설정과 마지막 변경자'],
    etag: true, answers: { 200: schema.settingsAnswer }, errors: [],
  },
  changeSettings: {
    method: 'PATCH', path: '/api/setting',
    summary: ['Change settings; each takes effect within two seconds', '설정을 바꿉니다 (2초 안에 적용)'],
    etag: true, ifMatch: true, body: schema.settingsChangeBody, answers: { 200: schema.settingsAnswer }, errors: [400, 409],
  },
  listSettingChanges: {
    method: 'GET', path: '/api/setting/history',
    summary: ['Every change of the settings, newest first', '설정 변경 이력 (최신순)'],
    query: z.strictObject({ ...listShape(SORTS.settingChanges), name: z.enum(SETTING_NAMES).optional() }), answers: { 200: schema.settingChangePage }, errors: [],
  },
  createConnection: {
    method: 'POST', path: '/api/connection', refers: { groupId: 'group' },
    summary: ['Register a customer database; its password is kept sealed and never shown', '고객 DB 연결을 등록합니다 (비밀번호는 암호화되어 표시되지 않음)'],
    etag: true, body: schema.connectionBody, answers: { 201: connectionSchema }, errors: [400, 404, 409],
  },
  getConnection: {
    method: 'GET', path: '/api/connection/:id', of: 'connection',
    summary: ['A connection, without its passwords', '연결 한 개 (비밀번호 제외)'],
    etag: true, params: byId, answers: { 200: connectionSchema }, errors: [404],
  },
  changeConnection: {
    method: 'PATCH', path: '/api/connection/:id', of: 'connection',
    summary: ['Change a connection, such as its password, without a restart', '연결을 바꿉니다 (비밀번호 변경 등, 재시작 불필요)'],
    etag: true, ifMatch: true, params: byId, body: schema.connectionChangeBody, answers: { 200: connectionSchema }, errors: [400, 404, 409],
  },
  listConnections: {
    method: 'GET', path: '/api/connection',
    summary: ['List connections', '연결 목록'],
    query: z.strictObject(listShape(SORTS.connections)), answers: { 200: schema.connectionPage }, errors: [],
  },
  moveConnection: {
    method: 'POST', path: '/api/connection/:id/group', of: 'connection', refers: { groupId: 'group' },
    summary: ['Move a connection into another group; no automation of its group may use it', '연결을 다른 그룹으로 옮깁니다 (그룹의 자동화가 사용 중이면 거부)'],
    params: byId, body: schema.moveBody, answers: { 200: connectionSchema }, errors: [400, 404, 409],
  },
  testConnection: {
    method: 'POST', path: '/api/connection/:id/test', of: 'connection',
    summary: ['Connect Test', '연결 테스트'],
    params: byId, answers: { 200: connectTestSchema }, errors: [404],
  },
  getHealth: {
    method: 'GET', path: '/api/health',
    summary: ['Whether Tank works', '정상 동작 여부'],
    answers: { 200: schema.healthOkSchema, 503: schema.healthDownSchema }, errors: [],
  },
  getHealthDetail: {
    method: 'GET', path: '/api/health/detail',
    summary: ['The state of every service and of what it needs', '서비스별 상태'],
    answers: { 200: schema.healthDetailSchema }, errors: [],
  },
  getOpenApi: {
    method: 'GET', path: '/api/openapi.json',
    summary: ['This description', '이 API 문서'],
    answers: { 200: z.looseObject({ openapi: z.string() }) }, errors: [],
  },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof API;
export const OPERATION_IDS = Object.keys(API) as OperationId[];
