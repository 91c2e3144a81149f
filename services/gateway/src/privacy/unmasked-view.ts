import type { Caller } from '../accounts/account.js';
import { ApiProblem } from '../problem.js';
import type { SettingsReader } from '../settings.handler.js';

/** What a recipient got cannot be shown masked: who may not see recipients unmasked does not see it at all. @throws ApiProblem */
export async function refuseUnlessUnmasked(settings: SettingsReader, { role }: Caller): Promise<void> {
  const { unmaskedFor } = await settings.current();
  if (unmaskedFor.includes(role)) return;
  throw new ApiProblem({
    status: 403,
    code: 'FORBIDDEN',
    detail: [`The setting unmaskedFor does not let the role ${role} see what recipients got.`, `설정 unmaskedFor에 따라 ${role} 역할은 수신자의 메일 내용을 볼 수 없습니다.`],
    remedy: ['Ask an administrator, who can look himself or change the setting (PATCH /api/setting).', '관리자에게 요청하세요. 관리자는 직접 확인하거나 PATCH /api/setting 으로 설정을 바꿀 수 있습니다.'],
  });
}
