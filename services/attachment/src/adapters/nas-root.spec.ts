import { fileRuleSchema, type FileRule, type Row } from '@tank/contracts';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { waitFor } from '../../../../embedded/test/parts.js';
import { AttachFiles, valuesOf } from '../attach-files.js';
import { FileClaims } from '../file-claims.js';
import { MatchRule, type RuleMatch } from '../match-rule.js';
import { RootAlarm } from '../root-alarm.js';
import { RootUnreachable } from '../root-unreachable.js';
import { NasRoot, type NasRootOptions } from './nas-root.js';

const PDF = '%PDF-1.4\nbody\n%%EOF\n';
const DATE = '2026-03-31T09:00:00';

describe('the file root', () => {
  let folder: string;
  let root: NasRoot;
  const opened: NasRoot[] = [];

  /** Nothing counts as fresh, unless a test is about that: the files of a test are. */
  const openRoot = async (options: Partial<NasRootOptions> = {}) => {
    const made = new NasRoot({ rootPath: join(folder, 'root'), timeoutMs: 5000, stillWritingMs: 0, settleMs: 0, pollMs: undefined, ...options });
    opened.push(made);
    await made.open();
    return made;
  };
  const put = (path: string, content: string | Buffer = `${PDF}${path}`) => {
    const full = join(folder, 'root', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return full;
  };
  const match = (rule: Partial<FileRule>, values: Row = { id: '12' }, by = root): Promise<RuleMatch> =>
    new MatchRule(by).match(fileRuleSchema.parse({ name: 'r', file: '{{id}}*.pdf', ...rule }), valuesOf(values, DATE));
  const paths = ({ files }: RuleMatch) => files.map(({ path }) => path);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tank-attachment-'));
    put('keep');
    root = await openRoot();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    rmSync(folder, { recursive: true });
  });

  it('finds a file and says what it looked like, as the system has it', async () => {
    const full = put('a/12_x.pdf');
    const { files, checks, status } = await match({ directory: 'a' });
    const { size, mtimeMs, ino } = statSync(full);
    const sha256 = createHash('sha256').update(readFileSync(full)).digest('hex');
    expect(status).toBe('FOUND');
    expect(files).toMatchObject([{ rule: 'r', path: 'a/12_x.pdf', displayName: '12_x.pdf', contentType: 'application/pdf', size, modifiedMs: mtimeMs, inode: String(ino), sha256, common: false }]);
    expect(checks).toEqual([{ rule: 'r', status: 'FOUND', path: 'a/12_x.pdf', size, sha256, detail: null }]);
  });

  it('finds nothing where there is no file, no directory, or only a directory', async () => {
    mkdirSync(join(folder, 'root', '12_dir.pdf'));
    for (const rule of [{}, { directory: 'none/x' }, { file: '{{id}}.pdf' }, { directory: 'keep' }]) expect(await match(rule)).toMatchObject({ status: 'NOT_FOUND', checks: [{ path: null, status: 'NOT_FOUND' }] });
    expect(await match({ file: '12_dir.pdf', common: true })).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('never takes customer 123\'s file for customer 12', async () => {
    put('123_x.pdf');
    expect(await match({})).toMatchObject({ status: 'NOT_FOUND' });
    expect(paths(await match({}, { id: '123' }))).toEqual(['123_x.pdf']);
  });

  it('never takes account 110-123-456\'s file for account 110-123, and gives each its own', async () => {
    put('110-123-456_x.pdf');
    expect(await match({}, { id: '110-123' })).toMatchObject({ status: 'NOT_FOUND' });
    put('110-123_x.pdf');
    expect(paths(await match({}, { id: '110-123' }))).toEqual(['110-123_x.pdf']);
    expect(paths(await match({}, { id: '110-123-456' }))).toEqual(['110-123-456_x.pdf']);
  });

  it('gives nothing where a value has its separator in it, and says what to do', async () => {
    put('1_2_x.pdf');
    expect(await match({ file: '{{id}}_*.pdf' }, { id: '1_2' })).toMatchObject({ status: 'INVALID', files: [], detail: expect.stringMatching(/column "id".*separator between them that no value contains/) });
    expect(paths(await match({ file: '{{id}}_x.pdf' }, { id: '1_2' }))).toEqual(['1_2_x.pdf']);
  });

  it('finds a file that arrived after the directory was read, at once', async () => {
    put('a/1.pdf');
    expect(await match({ directory: 'a' })).toMatchObject({ status: 'NOT_FOUND' });
    put('a/12_x.pdf');
    expect(await match({ directory: 'a' })).toMatchObject({ status: 'FOUND' });
  });

  it('never gives a file that is gone', async () => {
    const full = put('a/12_x.pdf');
    await match({ directory: 'a' });
    rmSync(full);
    expect(await match({ directory: 'a' })).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('finds a name in NFD by a value in NFC, and gives the path as it is spelled', async () => {
    const nfd = '홍길동_명세서.pdf'.normalize('NFD');
    const directory = '명세서'.normalize('NFD');
    put(`${directory}/${nfd}`);
    const { files } = await match({ directory: '명세서', file: '{{name}}_*.pdf' }, { name: '홍길동' });
    expect(files).toMatchObject([{ path: `${directory}/${nfd}`, displayName: '홍길동_명세서.pdf' }]);
    expect(paths(await match({ directory: '명세서', file: '{{name}}_명세서.pdf' }, { name: '홍길동' }))).toEqual([`${directory}/${nfd}`]);
  });

  it('knows the same name in both spellings as two files', async () => {
    put('홍길동.pdf');
    put('홍길동.pdf'.normalize('NFD'));
    expect(await match({ file: '{{name}}.pdf' }, { name: '홍길동' })).toMatchObject({ status: 'DUPLICATED', checks: [{}, {}] });
  });

  it('takes the business date in any usual format', async () => {
    put('20260331/12.pdf');
    put('2026-02/12.pdf');
    expect(paths(await match({ directory: '{{businessDate|date:YYYYMMDD}}' }))).toEqual(['20260331/12.pdf']);
    expect(paths(await match({ directory: '{{businessDate|shift:-1M|date:YYYY-MM}}' }))).toEqual(['2026-02/12.pdf']);
  });

  it('takes glob signs in a value for text', async () => {
    put('13.pdf');
    put('*.pdf');
    expect(paths(await match({ file: '{{id}}.pdf' }, { id: '*' }))).toEqual(['*.pdf']);
    expect(await match({ file: '{{id}}.pdf' }, { id: '1?' })).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('never leaves the root by a value', async () => {
    writeFileSync(join(folder, 'secret.pdf'), PDF);
    expect(await match({ file: '{{id}}.pdf' }, { id: '../secret' })).toMatchObject({ status: 'INVALID', detail: expect.stringContaining('column "id"') });
    expect(await match({ directory: '{{id}}', file: 'secret.pdf' }, { id: '..' })).toMatchObject({ status: 'INVALID' });
  });

  it('never leaves the root by a link, of the file or of a directory', async () => {
    writeFileSync(join(folder, 'secret.pdf'), PDF);
    symlinkSync(join(folder, 'secret.pdf'), join(folder, 'root', '12_x.pdf'));
    symlinkSync(folder, join(folder, 'root', 'out'));
    const out = { status: 'INVALID', detail: 'It is a link that leads out of the file root.' };
    expect(await match({})).toMatchObject(out);
    expect(await match({ directory: 'out', file: 'secret.pdf', common: true })).toMatchObject(out);
    expect(await match({ directory: 'o*', file: 's{{id}}*' }, { id: 'ecret' })).toMatchObject(out);
  });

  it('follows a link within the root to the file\'s own place', async () => {
    put('2026/12_real.pdf');
    symlinkSync('2026', join(folder, 'root', 'latest'));
    symlinkSync('2026/12_real.pdf', join(folder, 'root', '12_link.pdf'));
    expect(await match({})).toMatchObject({ files: [{ path: '2026/12_real.pdf', displayName: '12_link.pdf' }] });
    expect(paths(await match({ directory: 'latest' }))).toEqual(['2026/12_real.pdf']);
  });

  it('calls a link to nowhere invalid', async () => {
    symlinkSync('nowhere', join(folder, 'root', '12_x.pdf'));
    expect(await match({})).toMatchObject({ status: 'INVALID', detail: 'It is a link that leads nowhere.' });
  });

  it('works below a root that is itself a link', async () => {
    put('12.pdf');
    symlinkSync(join(folder, 'root'), join(folder, 'link'));
    expect(paths(await match({}, { id: '12' }, await openRoot({ rootPath: join(folder, 'link') })))).toEqual(['12.pdf']);
  });

  it.each([
    ['empty', '', 'It is empty.'], ['something else', 'PK\x03\x04', 'It is not the type its name says (.pdf).'], ['cut', '%PDF-1.4\nbody', 'Its end is missing: it is cut, or still being written.'],
    ['too large', `${PDF}${' '.repeat(200)}`, 'It is larger than the rule allows (100 bytes).'],
  ])('calls a file invalid that is %s', async (_, content, detail) => {
    put('12.pdf', content);
    expect(await match({ maxBytes: 100 })).toMatchObject({ status: 'INVALID', detail, checks: [{ path: '12.pdf', size: content.length, status: 'INVALID' }] });
  });

  it('reads text in UTF-8, CP949 and UTF-16, over the edge of a chunk, and nothing else', async () => {
    const rule = { file: '{{id}}.csv' };
    put('12.csv', `${'x'.repeat(256 * 1024 - 1)}홍길동`);
    expect(await match(rule)).toMatchObject({ status: 'FOUND', files: [{ contentType: 'text/csv' }] });
    put('13.csv', Buffer.from('c8abb1e6b5bf2c31', 'hex'));
    expect(await match(rule, { id: '13' })).toMatchObject({ status: 'FOUND' });
    put('14.csv', Buffer.from('\ufeff홍길동', 'utf16le'));
    expect(await match(rule, { id: '14' })).toMatchObject({ status: 'FOUND' });
    put('15.csv', Buffer.from('ff80ff', 'hex'));
    expect(await match(rule, { id: '15' })).toMatchObject({ status: 'INVALID' });
    put('16.csv', 'a\0b');
    expect(await match(rule, { id: '16' })).toMatchObject({ status: 'INVALID' });
  });

  it('finds the end of a PDF that is longer than one chunk', async () => {
    put('12.pdf', `%PDF-1.4\n${'x'.repeat(1_000_000)}\n%%EOF`);
    expect(await match({})).toMatchObject({ status: 'FOUND' });
    const body = `%PDF-1.4\n${'x'.repeat(256 * 1024 - 100)}`; // the end of the file lies on both sides of a chunk's edge
    put('14.pdf', `${body}%%EOF${' '.repeat(900)}`);
    expect(await match({}, { id: '14' })).toMatchObject({ status: 'FOUND' });
    put('13.pdf', `%PDF-1.4\n%%EOF${'x'.repeat(1_000_000)}`);
    expect(await match({}, { id: '13' })).toMatchObject({ status: 'INVALID' });
  });

  it('calls two files for one rule duplicated, and attaches both where the rule says so', async () => {
    put('12_a.pdf');
    put('12_b.pdf');
    mkdirSync(join(folder, 'root', '12_c.pdf'));
    expect(await match({})).toMatchObject({ status: 'DUPLICATED', files: [], checks: [{ path: '12_a.pdf', status: 'DUPLICATED' }, { path: '12_b.pdf' }] });
    expect(paths(await match({ several: true }))).toEqual(['12_a.pdf', '12_b.pdf']);
  });

  it('attaches none of several when one of them is bad', async () => {
    put('12_a.pdf');
    put('12_b.pdf', '');
    expect(await match({ several: true })).toMatchObject({ status: 'INVALID', files: [], checks: [{ path: '12_b.pdf' }] });
  });

  it('passes over hidden files, locks and half copies', async () => {
    for (const name of ['.12_a.pdf', '12_a.pdf.part', '~12_a.pdf']) put(name);
    expect(await match({ file: '*{{id}}*' })).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('refuses a wildcard without a column of the row, which would hand the first recipient whatever is there', async () => {
    put('a/13.pdf');
    expect(await match({ directory: 'a', file: '*.pdf' })).toMatchObject({ status: 'INVALID', detail: expect.stringContaining('mark the rule as common') });
    expect(await match({ directory: 'a', file: '*.pdf', common: true })).toMatchObject({ status: 'FOUND', files: [{ common: true }] });
    expect(await match({ directory: 'a', file: '13.pdf' })).toMatchObject({ status: 'FOUND' });
  });

  it('looks through directories by wildcard, each name for itself', async () => {
    put('2026/03/12.pdf');
    put('2026/.snapshot/12.pdf');
    put('2026/03/deep/12.pdf');
    expect(paths(await match({ directory: '20??/*' }))).toEqual(['2026/03/12.pdf']);
    for (let n = 0; n < 201; n += 1) mkdirSync(join(folder, 'root', `many/${n}`), { recursive: true });
    expect(await match({ directory: 'many/*' })).toMatchObject({ status: 'INVALID', detail: expect.stringContaining('more than 200 directories') });
  });

  describe('while a file is fresh', () => {
    it('looks twice, and takes it when it stayed the same', async () => {
      const careful = await openRoot({ stillWritingMs: 60_000, settleMs: 30 });
      put('12.pdf');
      expect(await match({}, { id: '12' }, careful)).toMatchObject({ unsettledMs: 30, files: [] });
      await waitFor(async () => (await match({}, { id: '12' }, careful)).status === 'FOUND', { what: 'the second look' });
    });

    it('calls it invalid when it changed between the looks', async () => {
      const careful = await openRoot({ stillWritingMs: 60_000, settleMs: 30 });
      put('12.pdf', '%PDF-1.4\nhalf');
      await match({}, { id: '12' }, careful);
      put('12.pdf');
      expect(await match({}, { id: '12' }, careful)).toMatchObject({ status: 'INVALID', unsettledMs: null, detail: expect.stringContaining('changed between two looks') });
    });

    it('is not fooled by the old time of a copy', async () => {
      const careful = await openRoot({ stillWritingMs: 60_000, settleMs: 30 });
      utimesSync(put('12.pdf'), new Date('2020-01-01'), new Date('2020-01-01'));
      expect(await match({}, { id: '12' }, careful)).toMatchObject({ unsettledMs: 30 });
    });

    it('takes an old file at once', async () => {
      const careful = await openRoot({ stillWritingMs: 40, settleMs: 600_000 });
      put('12.pdf');
      const touched = statSync(join(folder, 'root', '12.pdf')).ctimeMs;
      await waitFor(() => Date.now() - touched > 40, { what: 'the file to be old' });
      expect(await match({}, { id: '12' }, careful)).toMatchObject({ status: 'FOUND' });
    });
  });

  describe('claimed by two recipients', () => {
    const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
    const attaching = (rule: Partial<FileRule> = {}) => {
      const fileRules = [fileRuleSchema.parse({ name: 'r', file: '{{id}}.pdf', ...rule })];
      const attach = new AttachFiles({ get: async () => ({ automationName: 'a', definition: { fileRules } }) as never }, new MatchRule(root), new FileClaims(), new RootAlarm());
      return async (row: number, id: string) => {
        const given = await attach.attach({ v: 1, type: 'MailMapped', mailId: `${RUN}-${row}`, runId: RUN, row, automationId: RUN, versionId: RUN, dispatch: 1, businessDate: DATE, recipientKey: id, values: { id } });
        return given.map((message) => ('errorCode' in message ? message.errorCode : message.type));
      };
    };

    it('is duplicated by content, for the first recipient as for the second', async () => {
      put('1.pdf', PDF);
      put('2.pdf', PDF);
      const attach = attaching();
      expect([await attach(1, '1'), await attach(2, '2'), await attach(1, '1')]).toEqual([['DUPLICATED'], ['DUPLICATED'], ['DUPLICATED']]);
    });

    it('is duplicated for the second by content where the two lie in directories of their own', async () => {
      put('1/x.pdf', PDF);
      put('2/x.pdf', PDF);
      const attach = attaching({ directory: '{{id}}', file: 'x.pdf' });
      expect([await attach(1, '1'), await attach(2, '2'), await attach(1, '1')]).toEqual([['MailAttached'], ['DUPLICATED'], ['MailAttached']]);
    });

    it('is duplicated by place, under another name too, whatever was written into it in between', async () => {
      for (const id of ['1', '2', '3']) mkdirSync(join(folder, 'root', id));
      put('1/x.pdf');
      linkSync(join(folder, 'root', '1/x.pdf'), join(folder, 'root', '2/x.pdf'));
      symlinkSync('../1/x.pdf', join(folder, 'root', '3/x.pdf'));
      const attach = attaching({ directory: '{{id}}', file: 'x.pdf' });
      expect(await attach(1, '1')).toEqual(['MailAttached']);
      put('1/x.pdf', `${PDF}changed`);
      expect([await attach(2, '2'), await attach(3, '3')]).toEqual([['DUPLICATED'], ['DUPLICATED']]);
    });

    it('is fine when the rule says that it is common', async () => {
      put('terms.pdf');
      const attach = attaching({ file: 'terms.pdf', common: true });
      expect([await attach(1, '1'), await attach(2, '2')]).toEqual([['MailAttached'], ['MailAttached']]);
    });
  });

  describe('that is away', () => {
    it('is said to be away, not to have no files', async () => {
      put('a/12.pdf');
      await match({ directory: 'a' });
      renameSync(join(folder, 'root'), join(folder, 'gone'));
      await expect(match({ directory: 'a' })).rejects.toBeInstanceOf(RootUnreachable);
      await expect(match({ directory: 'a', file: '{{id}}.pdf' })).rejects.toThrow('ENOENT');
      renameSync(join(folder, 'gone'), join(folder, 'root'));
      expect(await match({ directory: 'a' })).toMatchObject({ status: 'FOUND' });
    });

    it('is away when it is empty, as a mount point is', async () => {
      put('12.pdf');
      await match({});
      renameSync(join(folder, 'root'), join(folder, 'gone'));
      mkdirSync(join(folder, 'root'));
      await expect(match({})).rejects.toThrow('empty');
    });

    it('is away when it is a file', async () => {
      rmSync(join(folder, 'root'), { recursive: true });
      writeFileSync(join(folder, 'root'), '');
      await expect(match({})).rejects.toThrow('ENOTDIR');
    });

    it('may come later than the service', async () => {
      const late = await openRoot({ rootPath: join(folder, 'late') });
      await expect(match({}, { id: '12' }, late)).rejects.toBeInstanceOf(RootUnreachable);
      renameSync(join(folder, 'root'), join(folder, 'late'));
      expect(await match({}, { id: '12' }, late)).toMatchObject({ status: 'NOT_FOUND' });
    });
  });

  it('finds each of 20,000 files in one directory without reading it each time', async () => {
    mkdirSync(join(folder, 'root', 'big'));
    for (let n = 0; n < 20_000; n += 1) writeFileSync(join(folder, 'root', 'big', `${n}_${n * 7}.pdf`), `${PDF}${n}`);
    for (const [file, name] of [['{{id}}_*.pdf', (n: number) => n], ['*_{{id}}.pdf', (n: number) => n * 7]] as const) {
      // The first of each size has its likes hashed, to see that none is its twin.
      for (const n of [0, 10, 100, 1000, 10_000]) await match({ directory: 'big', file }, { id: String(name(n)) });
      const start = performance.now();
      for (let n = 0; n < 20_000; n += 50) expect(paths(await match({ directory: 'big', file }, { id: String(name(n)) }))).toEqual([`big/${n}_${n * 7}.pdf`]);
      expect((performance.now() - start) / 400).toBeLessThan(10); // one reading takes longer than this
    }
  }, 30_000);
});
