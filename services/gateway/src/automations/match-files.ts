import { findColumn, type AttachedFile, type OperationAnswer, type OperationInput, type Row } from '@tank/contracts';
import type { CallOfUser, Services } from '../handlers.js';
import { localDateTime } from '../local-time.js';
import type { OwnFolders } from './own-folders.js';
import { notYet } from '../problem.js';
import type { RecipientViews } from '../privacy/recipient-views.js';
import { sampleRows } from './sample-rows.js';

type Asked = OperationInput<'matchFiles'>['body'];
type Match = OperationAnswer<'matchFiles'>['body'];
type MatchedRow = Match['rows'][number];

/** What the first rows would get from the real directory, and which of them would get one and the same. Nothing is claimed. */
export class MatchFiles {
  constructor(private readonly services: Services, private readonly views: RecipientViews, private readonly folders: OwnFolders, private readonly now: () => Date = () => new Date()) {}

  async match(automationId: string, { rows: limit, fileRules: unsaved, businessDate = localDateTime(this.now(), 'Asia/Seoul') }: Asked, call: CallOfUser): Promise<Match> {
    const definition = await this.folders.draftOf(automationId, unsaved);
    const rules = unsaved ?? definition.fileRules;
    if (rules.length === 0) throw notYet('fileRules', ['There is no file rule yet.', '파일 규칙이 아직 없습니다.'], ['Save one, or send it with the request.', '파일 규칙을 저장하거나 요청에 함께 보내세요.']);
    const sample = await sampleRows(this.services, definition, limit);
    const rows: MatchedRow[] = [];
    // One after another: the directory is somebody else's, too.
    for (const [at, values] of sample.rows.entries()) {
      const found = await this.services.ask('attachment.match-files', { rules, values, businessDate });
      rows.push({ row: at + 1, recipientKey: keyOf(values, definition.recipient?.keyColumn), ...found });
    }
    await this.views.recordRows(sample.rows, definition, call);
    return { businessDate, rows, claimedBySeveral: claimedBySeveral(rows) };
  }
}

function keyOf(values: Row, keyColumn: string | undefined): string | null {
  const value = keyColumn === undefined ? undefined : values[findColumn(values, keyColumn) ?? ''];
  return value === undefined || value === null ? null : String(value);
}

/** Two files with the same content are one, as they are for a run. */
function claimedBySeveral(rows: MatchedRow[]): Match['claimedBySeveral'] {
  const claims = new Map<string, { path: string; rows: Set<number> }>();
  for (const { row, files } of rows) {
    for (const file of files.filter(({ common }) => !common)) {
      for (const identity of identitiesOf(file)) {
        const claim = claims.get(identity) ?? { path: file.path, rows: new Set() };
        claims.set(identity, claim);
        claim.rows.add(row);
      }
    }
  }
  const several = [...claims.values()].filter((claim) => claim.rows.size > 1).map((claim) => ({ path: claim.path, rows: [...claim.rows] }));
  return [...new Map(several.map((claim) => [JSON.stringify(claim), claim])).values()];
}

function identitiesOf({ path, sha256 }: AttachedFile): string[] {
  return [`path ${path}`, ...(sha256 === undefined ? [] : [`content ${sha256}`])];
}
