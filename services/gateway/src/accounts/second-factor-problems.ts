import { ApiProblem, fieldProblem, notYet } from '../problem.js';
import type { Words } from '../words.js';
import { CHALLENGE } from './account-problems.js';

const TYPE_A_CODE: Words = [
  'Send the sign-in again with "code": the six digits that the authenticator app shows, or a recovery code.', '인증 앱에 표시된 6자리 코드 또는 복구 코드를 "code"에 넣어 다시 로그인하세요.',
];

/** The password is right. */
export function secondFactorRequired(): ApiProblem {
  return new ApiProblem({
    status: 401, code: 'SECOND_FACTOR_REQUIRED', field: 'code', headers: CHALLENGE, remedy: TYPE_A_CODE,
    detail: ['This user has a second factor: a code is needed beside the password.', '2단계 인증을 쓰는 사용자입니다. 비밀번호와 함께 코드가 필요합니다.'],
  });
}

const WRONG: Words = ['The code is wrong, or was used before.', '코드가 틀리거나 이미 사용되었습니다.'];
const NEXT_CODE: Words = [
  'Wait for the next code of the app; look whether the clock of its device is right. Without the device use a recovery code, or ask an administrator to take the second factor away.',
  '앱에 다음 코드가 나올 때까지 기다려 입력하고, 기기의 시각이 맞는지 확인하세요. 기기가 없으면 복구 코드를 쓰거나 관리자에게 2단계 인증 해제를 요청하세요.',
];

export function secondFactorWrong(): ApiProblem {
  return new ApiProblem({ status: 401, code: 'SECOND_FACTOR_WRONG', field: 'code', headers: CHALLENGE, detail: WRONG, remedy: NEXT_CODE });
}

/** Of somebody who is signed in. */
export function wrongCode(): ApiProblem {
  return fieldProblem('code', WRONG, NEXT_CODE);
}

export function secondFactorUnreadable(): ApiProblem {
  return new ApiProblem({
    status: 401, code: 'SECOND_FACTOR_UNREADABLE', headers: CHALLENGE,
    detail: ['Your second factor cannot be read any more: TANK_SESSION_KEY is another one than when it was set up.', '2단계 인증 정보를 읽을 수 없습니다. 등록할 때와 TANK_SESSION_KEY가 다릅니다.'],
    remedy: [
      'Have an administrator take it away (PATCH /api/user/:id, "secondFactor": "off"), or npm run admin:reset on the server; then set it up anew.',
      '관리자에게 2단계 인증 해제(PATCH /api/user/:id, "secondFactor": "off")를 요청하거나 서버에서 npm run admin:reset을 실행한 뒤 다시 등록하세요.',
    ],
  });
}

export function secondFactorSetupRequired(): ApiProblem {
  return new ApiProblem({
    status: 403, code: 'SECOND_FACTOR_SETUP_REQUIRED',
    detail: ['Your role has to have a second factor: set one up before anything else.', '이 역할은 2단계 인증이 필수입니다. 먼저 등록해야 합니다.'],
    remedy: [
      'Set it up (POST /api/session/second-factor), and confirm it with a code (POST /api/session/second-factor/confirm).',
      'POST /api/session/second-factor 로 등록하고 POST /api/session/second-factor/confirm 에 코드를 보내 확정하세요.',
    ],
  });
}

export function secondFactorIsOn(): ApiProblem {
  return notYet('secondFactor', ['There is a second factor already.', '2단계 인증이 이미 설정되어 있습니다.'],
    ['To set up another one take it away first (DELETE /api/session/second-factor).', '다시 등록하려면 먼저 DELETE /api/session/second-factor 로 해제하세요.']);
}

export function secondFactorIsOff(): ApiProblem {
  return notYet('secondFactor', ['There is no second factor.', '설정된 2단계 인증이 없습니다.'], ['Nothing is to be done.', '조치할 것이 없습니다.']);
}

export function nothingToConfirm(): ApiProblem {
  return notYet('code', ['There is no second factor to confirm: none was begun, or another one has been begun since.', '확정할 2단계 인증이 없습니다. 등록을 시작하지 않았거나 그사이 새로 시작했습니다.'],
    ['Begin it (POST /api/session/second-factor).', 'POST /api/session/second-factor 로 등록을 시작하세요.']);
}
