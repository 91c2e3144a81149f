import { parsePlaceholders, PlaceholderError, type FileRule, type Segment } from '@tank/contracts';
import { ApiProblem, type Fault } from '../problem.js';
import type { Words } from '../words.js';

const CORRECT_IT = [
  'Correct the pattern at that position: columns stand as {{ column }} or {{ column | format }}.', '해당 위치의 패턴을 고치세요. 컬럼은 {{ 컬럼 }} 또는 {{ 컬럼 | 형식 }}으로 씁니다.',
] as const;

type PatternField = 'directory' | 'file' | 'displayName';

/** @param place of the rules among what was sent, such as `definition.` @throws ApiProblem 422 with every pattern that cannot be read, and where in it, or that no run could use */
export function checkFileRules(rules: readonly FileRule[] = [], place = ''): void {
  const faults = rules.flatMap((rule, at) => (['directory', 'file', 'displayName'] as const).flatMap((field) => faultOf(rule[field] ?? '', field, `${place}fileRules[${at}].${field}`)));
  const [first] = faults;
  if (first) throw new ApiProblem({ ...first, status: 422, code: 'INVALID', detail: first.message, faults });
}

function faultOf(pattern: string, field: PatternField, place: string): Fault[] {
  try {
    const never = neverWorks(parsePlaceholders(pattern), field);
    return never ? [{ field: place, ...never }] : [];
  } catch (error) {
    if (!(error instanceof PlaceholderError)) throw error;
    return [{ field: place, message: error.words, remedy: CORRECT_IT, position: error.position }];
  }
}

interface Never {
  message: Words;
  remedy: Words;
}
const AS_BELOW_THE_ROOT: Words = ['Write the folder as it is below the file root, such as "cards/{{businessDate|date:YYYYMM}}".', '"cards/{{businessDate|date:YYYYMM}}"처럼 파일 루트 아래의 경로로 쓰세요.'];
const LEAVES: Never = { message: ['The pattern leaves its folder with "..", which no run may.', '패턴의 ".."은 폴더를 벗어나므로 사용할 수 없습니다.'], remedy: AS_BELOW_THE_ROOT };
const ABSOLUTE: Never = { message: ['The directory is absolute: it begins with "/", "\\" or a drive.', 'directory가 "/", "\\" 또는 드라이브로 시작하는 절대 경로입니다.'], remedy: AS_BELOW_THE_ROOT };
const SEPARATED: Never = {
  message: ['The file name has a path separator in it.', '파일 이름 패턴에 경로 구분자가 있습니다.'],
  remedy: ['Write the folder in directory.', '폴더는 directory에 쓰세요.'],
};

/** The text is read as the attachment service reads it, whatever the values will be: none of them is empty or has a separator. */
function neverWorks(segments: Segment[], field: PatternField): Never | undefined {
  if (field === 'displayName') return undefined;
  const path = segments.map((segment) => ('literal' in segment ? segment.literal.replaceAll('\\', '/') : '_')).join('');
  if (path.split('/').some((name) => /^ *\.[. ]*\.[. ]*$/.test(name))) return LEAVES;
  if (field === 'file') return path.includes('/') ? SEPARATED : undefined;
  return /^(\/|[A-Za-z]:)/.test(path) ? ABSOLUTE : undefined;
}
