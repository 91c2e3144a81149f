import { ApiProblem } from '../problem.js';

/** The role is none of the setting `unmaskedFor`. */
export function mayNotUnmask(): ApiProblem {
  return new ApiProblem({
    status: 403,
    code: 'FORBIDDEN',
    field: 'unmask',
    detail: ['Your role may not see recipients unmasked.', '수신자를 마스킹 없이 볼 수 있는 역할이 아닙니다.'],
    remedy: [
      'Leave unmask out, or ask an administrator, who says which roles may (unmaskedFor, PATCH /api/setting).',
      'unmask를 빼거나 관리자에게 요청하세요. 허용 역할은 설정 unmaskedFor(PATCH /api/setting)에서 정합니다.',
    ],
  });
}
