import { Refused, type Answer, type Asks } from '@tank/contracts';
import { attached, valuesOf } from './attach-files.js';
import type { MatchRule, RuleMatch } from './match-rule.js';
import { RootUnreachable } from './root-unreachable.js';

/** Shows an author what the rules find for one row, with the same matching and without claiming anything. */
export class PreviewFiles {
  constructor(private readonly matcher: Pick<MatchRule, 'match'>) {}

  /** @throws Refused UNAVAILABLE while the file root is away. */
  async preview({ rules, values, businessDate }: Asks<'attachment.match-files'>): Promise<Answer<'attachment.match-files'>> {
    const matches: RuleMatch[] = [];
    try {
      for (const rule of rules) matches.push(await this.matcher.match(rule, valuesOf(values, businessDate)));
    } catch (error) {
      if (error instanceof RootUnreachable) throw new Refused('UNAVAILABLE', [`${error.message} ${error.remedy}`, `파일 루트를 읽을 수 없습니다. NAS 마운트와 FILE_ROOT_PATH를 확인하세요. (${error.message})`], null, { cause: error });
      throw error;
    }
    return { files: attached(matches.flatMap(({ files }) => files)), checks: matches.flatMap(({ checks }) => checks) };
  }
}
