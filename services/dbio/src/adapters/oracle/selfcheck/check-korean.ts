import { textBind, type AskedSession } from './asked-session.js';
import { about, type Finding } from './finding.js';

const KOREAN = about('korean', ['Korean text', '한글']);
const BEYOND = about('beyond-cp949', ['Characters outside CP949', 'CP949 밖의 문자']);

const COMMON = '한글 고객님';
/** In CP949, and not among the 2,350 syllables of KS X 1001. */
const RARE = '똠방 펲시 뷁';
const OUTSIDE = 'é😀𠮷';

/** A text goes into the character set of the database and comes back. */
export async function checkKorean(session: AskedSession): Promise<Finding[]> {
  const lost = { common: await lostOf(session, COMMON), rare: await lostOf(session, RARE), outside: await lostOf(session, OUTSIDE) };
  const beyond = lost.outside.length === 0 ? BEYOND.ok(['kept', '유지됨']) : BEYOND.warning([`lost: ${lost.outside}`, `손실: ${lost.outside}`], [
    'They are replaced, as a rule by ?, when they are written, and are not found when they are looked for: no Update Query should write free text, and no key should have them.',
    '쓸 때 다른 글자(보통 ?)로 바뀌고 검색되지 않습니다. 업데이트 쿼리로 자유 입력 문자를 쓰지 말고 수신자 키에도 쓰지 마세요.',
  ]);
  return [judgeKorean(lost), beyond];
}

function judgeKorean({ common, rare }: { common: string; rare: string }): Finding {
  if (common.length > 0) {
    return KOREAN.failed([`lost: ${common}${rare}`, `손실: ${common}${rare}`], [
      'The character set of the database cannot hold Korean: names would leave as ???. Look at a sample of the Target Query, and ask the DBA where Korean is kept (NVARCHAR2, another database).',
      '데이터베이스 문자 집합이 한글을 담지 못해 이름이 ???로 발송될 수 있습니다. 대상 쿼리의 표본을 확인하고 한글이 어디에 저장되는지(NVARCHAR2, 다른 DB) DBA에게 문의하세요.',
    ]);
  }
  if (rare.length === 0) return KOREAN.ok(['kept', '유지됨']);
  return KOREAN.warning([`lost: ${rare}`, `손실: ${rare}`], [
    'Syllables outside KS X 1001 are lost when they are written, and not found when they are looked for.',
    'KS X 1001 밖의 글자는 쓸 때 손실되고 검색되지 않습니다.',
  ]);
}

/** The characters that do not come back. */
async function lostOf(session: AskedSession, text: string): Promise<string> {
  const [row] = await session.rows('SELECT :b1 AS given FROM DUAL', [textBind(text)]);
  const back = String(row?.GIVEN ?? '');
  return [...text].filter((character) => !back.includes(character)).join('');
}
