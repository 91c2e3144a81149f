import { Refused, type Outcome } from '@tank/contracts';
import type { FileChanged, FilesUnreachable } from './prepare-mail.js';
import type { SealBroken } from './sent-content.js';

/** Why a mail, or one of its files, is not shown as it was sent; each a different answer to "was it sent?". */

export function neverSent(mailId: string, outcome: Outcome | null): Refused {
  const [english, korean] = outcome === null ? ['', ''] : [` (${outcome})`, `(${outcome})`];
  return new Refused('NOT_FOUND', [
    `Mail ${mailId} was never sent${english}: SES has taken nothing of it, so there is nothing to show. Look at GET /api/mail/${mailId} for why.`,
    `메일 ${mailId}은(는) 발송된 적이 없습니다${korean}. SES가 접수한 내용이 없어 보여 드릴 것이 없습니다. 이유는 GET /api/mail/${mailId}에서 확인하세요.`,
  ], 'mailId');
}

export function keptNoLonger(mailId: string, days: number): Refused {
  return new Refused('NOT_FOUND', [
    `What was sent as mail ${mailId} is kept no longer: it was deleted after ${days} days (SENT_MAIL_DAYS, LEDGER_DAYS). Its outcome is in the log.`,
    `메일 ${mailId}의 발송 내용은 보존 기간(${days}일, SENT_MAIL_DAYS·LEDGER_DAYS)이 지나 삭제되었습니다. 결과는 로그에 있습니다.`,
  ], 'mailId');
}

export function notKept(mailId: string, isKeptNow: boolean): Refused {
  if (!isKeptNow) {
    return new Refused('NOT_FOUND', [
      `Mail ${mailId} was handed to SES, but what was sent is not kept here: keeping is switched off (SENT_MAIL_DAYS=0).`,
      `메일 ${mailId}은(는) SES에 전달되었지만 발송 내용 보관이 꺼져 있습니다(SENT_MAIL_DAYS=0).`,
    ], 'mailId');
  }
  return new Refused('NOT_FOUND', [
    `Mail ${mailId} was handed to SES, but what was sent was not kept: keeping was switched off (SENT_MAIL_DAYS=0) or shorter then, or Tank did not keep mails yet.`,
    `메일 ${mailId}은(는) SES에 전달되었지만 당시 발송 내용이 보관되지 않았습니다. 보관이 꺼져 있었거나(SENT_MAIL_DAYS=0) 기간이 더 짧았거나, 보관 기능이 없던 버전에서 발송되었습니다.`,
  ], 'mailId');
}

export function noSuchCopy(mailId: string, copies: number): Refused {
  return new Refused('NOT_FOUND', [
    `Mail ${mailId} has no such copy any more or never had one: the last is ${copies}. Ask without copy for the last.`,
    `메일 ${mailId}에 그런 사본이 없거나 이미 삭제되었습니다. 마지막 사본은 ${copies}번이며, copy를 빼면 마지막 사본을 보여 줍니다.`,
  ], 'copy');
}

export function noSuchAttachment(mailId: string, position: number): Refused {
  return new Refused('NOT_FOUND', [
    `Mail ${mailId} was sent without a file at position ${position}: see its attachments.`,
    `메일 ${mailId}에는 ${position}번째 첨부파일이 없었습니다. attachments를 확인하세요.`,
  ], 'position');
}

export function withoutStamp(): Refused {
  return new Refused('INVALID', ['Ask for the first part first: its stamp says of which file the others are.', '첫 부분을 먼저 요청하세요. 그 stamp로 나머지가 어느 파일인지 확인합니다.'], 'stamp');
}

/** What lies there now may be another customer's. */
export function goneFile(position: number, cause: FileChanged): Refused {
  return new Refused('CONFLICT', [
    `File ${position} of this mail is not what was sent any more, so it is not opened: ${cause.message} Restore it from a backup at the same place to see it.`,
    `이 메일의 ${position}번째 파일이 발송 당시와 달라(교체·수정·이동·삭제) 열지 않습니다. 백업에서 같은 위치로 복원하면 볼 수 있습니다.`,
  ], 'position', { cause });
}

export function unreachableFiles(cause: FilesUnreachable): Refused {
  return new Refused('UNAVAILABLE', [`${cause.message} Try again when the NAS is back.`, '파일 루트(NAS)를 읽을 수 없습니다. NAS가 복구된 뒤 다시 시도하세요.'], null, { cause });
}

export function brokenSeal(mailId: string, cause: SealBroken): Refused {
  if (cause.why === 'other-key') {
    return new Refused('CONFLICT', [
      `What was sent as mail ${mailId} was sealed with another TANK_SECRET_KEY: give the sender the old key back to read it.`,
      `메일 ${mailId}의 발송 내용은 다른 TANK_SECRET_KEY로 암호화되어 있습니다. 읽으려면 sender에 이전 키를 되돌리세요.`,
    ], 'mailId', { cause });
  }
  return new Refused('CONFLICT', [
    `What is kept of mail ${mailId} is not what Tank has kept: it was changed in the database, or is another mail's. It is not shown; restore the table sent_mail from a backup, and find out who writes there.`,
    `메일 ${mailId}의 보관 내용이 Tank가 저장한 것과 다릅니다. 데이터베이스에서 변경되었거나 다른 메일의 내용이므로 보여 주지 않습니다. sent_mail 테이블을 백업에서 복원하고 누가 수정했는지 확인하세요.`,
  ], 'mailId', { cause });
}
