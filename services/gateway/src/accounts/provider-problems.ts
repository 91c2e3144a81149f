import { ApiProblem } from '../problem.js';
import type { Words } from '../words.js';

const BY_PASSWORD: Words = ['Try again in a minute. Users with a password can sign in meanwhile.', '잠시 후 다시 시도하세요. 비밀번호가 있는 사용자는 그동안에도 로그인할 수 있습니다.'];
const AGAIN: Words = ['Begin the sign-in again, in one window, and finish it within ten minutes.', '한 창에서 로그인을 다시 시작하고 10분 안에 마치세요.'];

export function noProvider(): ApiProblem {
  return new ApiProblem({
    status: 404, code: 'NOT_FOUND',
    detail: ['No identity provider is set.', '설정된 외부 인증 기관이 없습니다.'],
    remedy: ['Sign in with name and password (POST /api/session), or set OIDC_ISSUER.', '이름과 비밀번호로 로그인(POST /api/session)하거나 OIDC_ISSUER를 설정하세요.'],
  });
}

export function providerUnavailable(): ApiProblem {
  return new ApiProblem({ status: 503, code: 'PROVIDER_UNAVAILABLE', detail: ['The identity provider does not answer as it should.', '외부 인증 기관이 정상적으로 응답하지 않습니다.'], remedy: BY_PASSWORD });
}

/** The person said no, or the provider did. */
export function providerRefused(): ApiProblem {
  return new ApiProblem({
    status: 403, code: 'PROVIDER_REFUSED', remedy: AGAIN,
    detail: ['The sign-in was broken off at the identity provider.', '외부 인증 기관에서 로그인이 중단되었습니다.'],
  });
}

/** Not the answer to what this browser asked, or not one of that provider. */
export function providerAnswerInvalid(): ApiProblem {
  return new ApiProblem({
    status: 400, code: 'PROVIDER_ANSWER_INVALID', remedy: AGAIN,
    detail: ['What came back is not a valid answer of the identity provider to a sign-in of this browser.', '이 브라우저에서 시작한 로그인에 대한 올바른 응답이 아닙니다.'],
  });
}

export function providerGivesNoRole(): ApiProblem {
  return new ApiProblem({
    status: 403, code: 'PROVIDER_NO_ROLE',
    detail: ['The identity provider knows you, but gives you no role in Tank.', '외부 인증 기관에서 확인되었지만 Tank의 역할이 없습니다.'],
    remedy: ['Ask the administrator of the identity provider for one of the groups of OIDC_ROLES.', '인증 기관 관리자에게 OIDC_ROLES에 있는 그룹 중 하나를 요청하세요.'],
  });
}
