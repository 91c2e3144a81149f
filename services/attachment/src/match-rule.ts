import type { AttachedFile, AttachmentCheck, FileRule, Row } from '@tank/contracts';
import { basename } from 'node:path';
import { BadPattern } from './bad-pattern.js';
import { displayedName } from './displayed-name.js';
import { findFiles, type Directories, type Freshness } from './find-files.js';
import type { NamePattern } from './name-pattern.js';
import { fillPathPattern, type PathPattern } from './path-pattern.js';

/** A look at one file itself. `absent`: nothing there, or a directory. */
export type Inspection =
  | { status: 'absent' }
  | { status: 'unsettled'; retryAfterMs: number }
  | { status: 'invalid'; path: string; size: number | null; detail: string }
  | ({ status: 'file'; /** device and inode */ identity: string; sha256: string } & Pick<AttachedFile, 'path' | 'contentType' | 'size' | 'modifiedMs' | 'inode'>);

type FoundFile = Extract<Inspection, { status: 'file' }>;

export interface TwinQuestion {
  /** As the directory spells it, relative to the root: twins are looked for beside it. */
  path: string;
  file: Pick<FoundFile, 'identity' | 'size' | 'modifiedMs' | 'sha256'>;
  /** Names that the rule would give to somebody. */
  others: NamePattern;
  /** Paths that are this recipient's own. */
  own: string[];
}
export interface Twin {
  path: string;
  size: number;
  sha256: string;
}

export interface FileRoot extends Directories {
  /** @param path relative to the root */
  isDirectory(path: string): Promise<boolean>;
  inspect(path: string, maxBytes: number): Promise<Inspection>;
  /** @returns some of the files beside this one that have the same content, none if there are none. */
  twins(question: TwinQuestion): Promise<Twin[]>;
  /** @throws RootUnreachable, so that a lost mount is never taken for a missing file. */
  assertReachable(): Promise<void>;
}

export type MatchedFile = AttachedFile & { identity: string; sha256: string };
/** What one rule found for one row; `unsettledMs`: ask again then, a file was written a moment ago. */
export interface RuleMatch {
  rule: FileRule;
  status: AttachmentCheck['status'];
  detail: string | null;
  files: MatchedFile[];
  checks: AttachmentCheck[];
  unsettledMs: number | null;
}

const MAX_FILES = 50;
const SHOWN_DUPLICATES = 10;

/** Finds the files of one rule for one row and looks at each of them. Claims nothing. */
export class MatchRule {
  constructor(private readonly root: FileRoot) {}

  /**
   * @param values the row's columns and the business date
   * @throws RootUnreachable
   */
  async match(rule: FileRule, values: Row): Promise<RuleMatch> {
    try {
      const pattern = fillPathPattern(rule, values);
      refuseWhatMatchesForEverybody(rule, pattern);
      return (await this.#look(rule, pattern, values, 'recent')) ?? (await this.#look(rule, pattern, values, 'now')) ?? (await this.#notFound(rule));
    } catch (error) {
      if (error instanceof BadPattern) return failed(rule, 'INVALID', error.message);
      throw error;
    }
  }

  /** @returns undefined when nothing is there */
  async #look(rule: FileRule, pattern: PathPattern, values: Row, freshness: Freshness): Promise<RuleMatch | undefined> {
    const paths = await this.#filesOnly(await findFiles(this.root, pattern, freshness));
    if (paths.length > 1 && !rule.several) return severalFiles(rule, paths);
    if (paths.length > MAX_FILES) return failed(rule, 'INVALID', `More than ${MAX_FILES} files match: name them more closely.`);
    const found: Found[] = [];
    for (const path of paths.toSorted()) found.push({ path, inspection: await this.root.inspect(path, rule.maxBytes) });
    const match = matchOf(rule, values, found.filter(({ inspection }) => inspection.status !== 'absent'));
    return match?.status === 'FOUND' ? ((await this.#twins(rule, pattern, found)) ?? match) : match;
  }

  /**
   * Another recipient's file with the same content: one of the two is wrong, and it may be this one, whoever comes first. So
   * neither leaves; claims alone would let the first go. Looked for in the file's own directory. Where the directory names
   * the recipient, twins lie in other directories and are not found here: there the claims, and the sender's ledger, stop
   * the second one.
   */
  async #twins(rule: FileRule, { others }: PathPattern, found: Found[]): Promise<RuleMatch | undefined> {
    if (rule.common || !others) return undefined;
    const own = found.map(({ path }) => path);
    const concerned: Twin[] = [];
    for (const { path, inspection } of found) {
      if (inspection.status !== 'file') continue;
      const twins = await this.root.twins({ path, file: inspection, others, own });
      if (twins.length > 0) concerned.push(inspection, ...twins);
    }
    return concerned.length === 0 ? undefined : failed(rule, 'DUPLICATED', 'Another recipient\'s file in the same directory has the same content.', concerned);
  }

  /** A single path is looked at anyway. */
  async #filesOnly(paths: string[]): Promise<string[]> {
    if (paths.length < 2) return paths;
    const areDirectories = await Promise.all(paths.map((path) => this.root.isDirectory(path)));
    return paths.filter((_, at) => !areDirectories[at]);
  }

  async #notFound(rule: FileRule): Promise<RuleMatch> {
    await this.root.assertReachable();
    return failed(rule, 'NOT_FOUND', 'No file matches.');
  }
}

/** `*.pdf` for a rule that is not common would hand the first recipient whatever lies there, many people's files at worst. */
function refuseWhatMatchesForEverybody(rule: FileRule, pattern: PathPattern): void {
  const hasWildcard = [...pattern.directories, pattern.file].some((name) => name.hasWildcard);
  if (rule.common || pattern.namesRecipient || !hasWildcard) return;
  throw new BadPattern('The pattern has a wildcard and no column of the row, so it matches the same files for everybody: put a column in it, or mark the rule as common.');
}

interface Found {
  path: string;
  inspection: Inspection;
}

function matchOf(rule: FileRule, values: Row, found: Found[]): RuleMatch | undefined {
  const looks = found.map(({ inspection }) => inspection);
  const unsettled = looks.find((look) => look.status === 'unsettled');
  if (unsettled) return { ...failed(rule, 'INVALID', 'The file was written a moment ago: look again.'), unsettledMs: unsettled.retryAfterMs };
  const invalid = looks.find((look) => look.status === 'invalid');
  if (invalid) return failed(rule, 'INVALID', invalid.detail, [invalid]);
  const files = found.flatMap(({ path, inspection }) => (inspection.status === 'file' ? [matchedFile(rule, values, basename(path), inspection)] : []));
  if (files.length === 0) return undefined;
  const checks = files.map(({ path, size, sha256 }) => ({ rule: rule.name, status: 'FOUND' as const, path, size, sha256, detail: null }));
  return { rule, status: 'FOUND', detail: null, files, checks, unsettledMs: null };
}

function matchedFile(rule: FileRule, values: Row, name: string, { status: _, ...file }: FoundFile): MatchedFile {
  return { rule: rule.name, displayName: displayedName(rule.displayName, values, name), common: rule.common, ...file };
}

function severalFiles(rule: FileRule, paths: string[]): RuleMatch {
  const detail = `${paths.length} files match: keep one, name it more closely, or let the rule attach several.`;
  return failed(rule, 'DUPLICATED', detail, paths.toSorted().slice(0, SHOWN_DUPLICATES).map((path) => ({ path, size: null })));
}

/** One check for each file concerned; its path is the only place where a file's name may stand. */
export function failed(rule: FileRule, status: 'NOT_FOUND' | 'INVALID' | 'DUPLICATED', detail: string, files: { path: string; size: number | null; sha256?: string }[] = []): RuleMatch {
  const concerned: { path: string | null; size: number | null; sha256?: string }[] = files.length > 0 ? files : [{ path: null, size: null }];
  const checks = concerned.map(({ path, size, sha256 = null }: { path: string | null; size: number | null; sha256?: string | null }) => ({ rule: rule.name, status, path, size, sha256, detail }));
  return { rule, status, detail, files: [], checks, unsettledMs: null };
}
