import { Refused, type ErrorCode, type InBoth } from '@tank/contracts';
import type { FilesUnreachable, Unsendable } from './prepare-mail.js';

/** Why a test mail was not sent: CONFLICT where somebody has to put something right, UNAVAILABLE for what passes. Each certainly was not sent. */

const UNSENDABLE: Partial<Record<ErrorCode, string>> = {
  FILE_CHANGED: '매칭한 뒤 파일이 바뀌었습니다. 파일을 다 쓴 뒤에 다시 시도하세요.',
  MAIL_TOO_LARGE: '첨부를 포함한 메일이 SES의 한도보다 큽니다. 첨부를 줄이세요.',
  BAD_ADDRESS: '계정의 메일 주소가 올바르지 않습니다. 관리자에게 수정을 요청하세요.',
};
const NOT_NOW = {
  busy: ['The test was not sent: runs or other tests use the whole rate right now. Try again in a moment.', '진행 중인 발송이나 다른 테스트가 발송 속도를 모두 쓰고 있어 테스트 메일을 보내지 않았습니다. 잠시 후 다시 시도하세요.'],
  throttled: ['SES says that Tank sends too fast: the test was not sent. Try again in a moment.', 'SES가 발송 속도 초과라고 응답하여 테스트 메일을 보내지 않았습니다. 잠시 후 다시 시도하세요.'],
  quota: ['The account\'s quota for 24 hours is used up: the test was not sent. Try again when it frees, or ask AWS for a higher one.', '계정의 24시간 발송 한도를 모두 사용하여 테스트 메일을 보내지 않았습니다. 한도가 풀린 뒤 다시 시도하거나 AWS에 한도 상향을 요청하세요.'],
  failed: ['SES failed: the test was not sent. Try again in a moment.', 'SES 오류로 테스트 메일을 보내지 않았습니다. 잠시 후 다시 시도하세요.'],
  unreachable: ['SES cannot be reached: the test was not sent. Check the way to SES: DNS, firewall (outbound 443), proxy.', 'SES에 연결할 수 없어 테스트 메일을 보내지 않았습니다. DNS, 방화벽(443 아웃바운드), 프록시를 확인하세요.'],
} satisfies Record<string, InBoth>;
const NOT_ALLOWED: Record<string, InBoth> = {
  SES_SENDING_PAUSED: ['AWS has paused sending for this account or configuration set: resume it in the SES console.', 'AWS가 이 계정 또는 구성 세트의 발송을 중지했습니다. SES 콘솔에서 재개하세요.'],
  SES_ACCOUNT_SUSPENDED: ['AWS has suspended this account\'s right to send: settle it with AWS.', 'AWS가 이 계정의 발송 권한을 정지했습니다. AWS와 해결하세요.'],
  SES_SENDER_NOT_VERIFIED: ['SES says that an address is not verified: verify the sender, and in the sandbox your own address, too.', 'SES에서 확인(verify)되지 않은 주소입니다. 발신자 주소를, 샌드박스에서는 본인 주소도 확인하세요.'],
  SES_CONFIGURATION_SET: ['SES does not know the configuration set of this automation: create it, or take it away from the sender.', 'SES에 이 자동화의 구성 세트가 없습니다. 만들거나 발신자 설정에서 빼세요.'],
  SES_CREDENTIALS: ['SES refuses our credentials or signature: check SES_ACCESS_KEY, SES_SECRET_KEY, their permission ses:SendEmail, and this server\'s clock.', 'SES가 자격 증명 또는 서명을 거부합니다. SES_ACCESS_KEY, SES_SECRET_KEY, ses:SendEmail 권한, 서버 시계를 확인하세요.'],
};

export function unsendable(cause: Unsendable): Refused {
  return new Refused('CONFLICT', [`The test was not sent: ${cause.message}`, `테스트 메일을 보내지 않았습니다. ${UNSENDABLE[cause.errorCode] ?? cause.message}`], null, { cause });
}

export function unusableFiles(cause: FilesUnreachable): Refused {
  return new Refused('UNAVAILABLE', [`The test was not sent: ${cause.message} Try again when the NAS is back.`, '파일 루트(NAS)를 읽을 수 없어 테스트 메일을 보내지 않았습니다. NAS가 복구된 뒤 다시 시도하세요.'], null, { cause });
}

/** It passes by itself. */
export function notNow(why: keyof typeof NOT_NOW): Refused {
  const [english, korean] = NOT_NOW[why];
  return new Refused('UNAVAILABLE', [english, korean]);
}

/** @param reasonCode as a run would show it (classify-ses-error.ts) */
export function notAllowed(reasonCode: string, detail: string): Refused {
  const [english, korean] = NOT_ALLOWED[reasonCode] ?? [detail, detail];
  return new Refused('CONFLICT', [`The test was not sent. ${english}`, `테스트 메일을 보내지 않았습니다. ${korean}`]);
}

export function refusedBySes(detail: string): Refused {
  return new Refused('CONFLICT', [`SES refused the test: ${detail}`, `SES가 테스트 메일을 거부했습니다: ${detail}`]);
}
