import type { Role } from '@tank/contracts';
import { ApiProblem, fieldProblem } from '../problem.js';
import type { Words } from '../words.js';

/** RFC 6750: what a client that was refused has to bring. */
export const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="tank"' };
const INVALID_TOKEN = { 'WWW-Authenticate': 'Bearer realm="tank", error="invalid_token"' };

const ROLE_WORDS: Record<Role, readonly [english: string, korean: string]> = {
  administrator: ['administrator', '관리자(administrator)'],
  author: ['author', '작성자(author)'],
  operator: ['operator', '운영자(operator)'],
  viewer: ['viewer', '조회자(viewer)'],
};

/** Nobody is signed in, or no longer; `isInvalid` where a token came that does not hold. */
export function unauthenticated({ isInvalid }: { isInvalid: boolean }): ApiProblem {
  return new ApiProblem({
    status: 401,
    code: 'UNAUTHENTICATED',
    detail: isInvalid
      ? ['The access token does not hold: it has expired, its session has ended, or it is not ours.', '접근 토큰이 유효하지 않습니다. 만료되었거나 세션이 종료되었거나 Tank가 발급한 것이 아닙니다.']
      : ['Nobody is signed in.', '로그인하지 않았습니다.'],
    remedy: isInvalid
      ? ['Refresh it (POST /api/session/refresh), or sign in again.', 'POST /api/session/refresh 로 갱신하거나 다시 로그인하세요.']
      : ['Sign in (POST /api/session), then send "Authorization: Bearer <accessToken>".', 'POST /api/session 으로 로그인한 뒤 "Authorization: Bearer <accessToken>" 헤더를 보내세요.'],
    headers: isInvalid ? INVALID_TOKEN : CHALLENGE,
  });
}

export function forbidden(needed: Role): ApiProblem {
  const [english, korean] = ROLE_WORDS[needed];
  return new ApiProblem({
    status: 403,
    code: 'FORBIDDEN',
    detail: [`Your role does not allow this: it takes the role ${english}.`, `권한이 없습니다. ${korean} 역할이 필요합니다.`],
    remedy: ['Ask an administrator, who sees and gives roles (GET /api/user).', '관리자에게 요청하세요. 관리자는 GET /api/user 에서 역할을 확인하고 바꿀 수 있습니다.'],
  });
}

export function passwordChangeRequired(): ApiProblem {
  return new ApiProblem({
    status: 403,
    code: 'PASSWORD_CHANGE_REQUIRED',
    detail: ['Your password is temporary: it has to be changed before anything else.', '임시 비밀번호입니다. 먼저 비밀번호를 바꿔야 합니다.'],
    remedy: ['Change it (POST /api/session/password).', 'POST /api/session/password 로 비밀번호를 바꾸세요.'],
  });
}

/** One answer for all of it, so that nobody learns which names there are. */
export function signInFailed(): ApiProblem {
  return new ApiProblem({
    status: 401,
    code: 'SIGN_IN_FAILED',
    detail: ['Name or password is wrong, or the user is disabled.', '이름 또는 비밀번호가 틀리거나 사용이 중지된 사용자입니다.'],
    remedy: ['Type both again. An administrator can give you a new temporary password.', '다시 입력하세요. 관리자가 새 임시 비밀번호를 줄 수 있습니다.'],
    headers: CHALLENGE,
  });
}

export function tooManyAttempts(retryAfterSeconds: number): ApiProblem {
  return new ApiProblem({
    status: 429,
    code: 'TOO_MANY_ATTEMPTS',
    detail: ['Too many tries to sign in came from this address.', '이 주소에서 로그인을 너무 많이 시도했습니다.'],
    remedy: waitFor(retryAfterSeconds),
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

/** Said of names that nobody has, too. */
export function signInLocked(retryAfterSeconds: number): ApiProblem {
  return new ApiProblem({
    status: 429,
    code: 'SIGN_IN_LOCKED',
    detail: ['Too many wrong passwords in a row: this name is locked for a while.', '비밀번호를 연속으로 여러 번 틀려 이 이름의 로그인이 잠시 잠겼습니다.'],
    remedy: waitFor(retryAfterSeconds),
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

export function sessionEnded(): ApiProblem {
  return new ApiProblem({
    status: 401,
    code: 'SESSION_ENDED',
    detail: ['There is no session to refresh: it has ended, or its refresh token was used before.', '갱신할 세션이 없습니다. 종료되었거나 이미 사용된 갱신 토큰입니다.'],
    remedy: ['Sign in again (POST /api/session).', '다시 로그인하세요 (POST /api/session).'],
    headers: CHALLENGE,
  });
}

export const NO_ADMINISTRATOR: readonly [english: string, korean: string] = [
  'There is no user yet, so nobody can sign in: start the gateway with ADMIN_PASSWORD (or ADMIN_PASSWORD_FILE), which makes the first administrator.',
  '사용자가 아직 없어 로그인할 수 없습니다. ADMIN_PASSWORD(또는 ADMIN_PASSWORD_FILE)를 주고 게이트웨이를 시작하면 첫 관리자가 만들어집니다.',
];

export function noAdministrator(): ApiProblem {
  return new ApiProblem({ status: 503, code: 'NO_ADMINISTRATOR', detail: NO_ADMINISTRATOR });
}

export function lastAdministrator(): ApiProblem {
  const detail: Words = ['This is the last active administrator: nobody could manage users any more.', '마지막으로 남은 관리자입니다. 사용자를 관리할 사람이 없게 됩니다.'];
  const remedy: Words = ['Make somebody else an administrator first.', '먼저 다른 사용자를 관리자로 지정하세요.'];
  return new ApiProblem({ status: 409, code: 'CONFLICT', detail, remedy, faults: [{ field: null, message: detail, remedy }] });
}

export function nameInUse(name: string): ApiProblem {
  const detail: Words = [`There is a user ${name} already.`, `${name} 사용자가 이미 있습니다.`];
  const remedy: Words = ['Choose another name, or change that user.', '다른 이름을 쓰거나 그 사용자를 수정하세요.'];
  return new ApiProblem({ status: 409, code: 'CONFLICT', detail, remedy, field: 'name', faults: [{ field: 'name', message: detail, remedy }] });
}

export function noSuch(what: 'user' | 'session'): ApiProblem {
  const detail: Words = what === 'user' ? ['There is no such user.', '그런 사용자가 없습니다.'] : ['There is no such session, or it has ended.', '그런 세션이 없거나 이미 종료되었습니다.'];
  return new ApiProblem({ status: 404, code: 'NOT_FOUND', detail, field: 'id', faults: [{ field: 'id', message: detail }] });
}

export function noSuchGroup(): ApiProblem {
  return fieldProblem('groups', ['One of these groups does not exist.', '존재하지 않는 그룹이 있습니다.'], ['Use ids of GET /api/group.', 'GET /api/group 의 id를 사용하세요.']);
}

export function wrongCurrentPassword(): ApiProblem {
  return fieldProblem('currentPassword', ['The current password is wrong.', '현재 비밀번호가 틀립니다.'], ['Type it again.', '다시 입력하세요.']);
}

/** Nothing to change: the identity provider has it. */
export function noPasswordHere(field: 'currentPassword' | 'temporaryPassword'): ApiProblem {
  return fieldProblem(field, ['This user signs in at the identity provider and has no password here.', '외부 인증 기관으로 로그인하는 사용자라 Tank에 비밀번호가 없습니다.'],
    ['Change password and second factor there.', '비밀번호와 2단계 인증은 그 인증 기관에서 바꾸세요.']);
}

function waitFor(seconds: number): Words {
  const minutes = Math.ceil(seconds / 60);
  return [`Try again in ${minutes} min.`, `${minutes}분 후에 다시 시도하세요.`];
}
