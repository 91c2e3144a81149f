import { fileRuleSchema, type FileRule, type Row } from '@tank/contracts';
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { waitFor } from '../../../../embedded/test/parts.js';
import { valuesOf } from '../attach-files.js';
import { MatchRule } from '../match-rule.js';
import { NameList } from '../name-list.js';
import { fillPathPattern } from '../path-pattern.js';
import { RootUnreachable } from '../root-unreachable.js';
import { hashCandidate, lookAtCandidate, onCandidate } from './candidate-file.js';
import { ContentTwins } from './content-twins.js';
import { NasRoot } from './nas-root.js';
import { TwinCandidates } from './twin-candidates.js';

const PDF = '%PDF-1.4\nbody\n%%EOF\n';
const DETAIL = 'Another recipient\'s file in the same directory has the same content.';

describe('content twins', () => {
  let folder: string;
  let root: NasRoot;
  const put = (path: string, content = PDF) => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return full;
  };
  const match = (rule: Partial<FileRule>, values: Row = { id: '12' }) =>
    new MatchRule(root).match(fileRuleSchema.parse({ name: 'r', directory: 'a', file: '{{id}}_x.pdf', ...rule }), valuesOf(values, '2026-03-31T09:00:00'));
  const status = async (rule: Partial<FileRule> = {}, values?: Row) => (await match(rule, values)).status;
  const statuses = async (rule: Partial<FileRule>, ...ids: string[]) => {
    const found: string[] = [];
    for (const id of ids) found.push(await status(rule, { id }));
    return found;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tank-twins-'));
    put('keep');
    root = new NasRoot({ rootPath: folder, timeoutMs: 5000, stillWritingMs: 0, settleMs: 0, pollMs: undefined });
    await root.open();
  });
  afterEach(async () => {
    await root.close();
    rmSync(folder, { recursive: true });
  });

  it.each([['a'], ['']])('stop both recipients, whichever comes first, and name both files: in "%s"', async (directory) => {
    const [first, second] = ['12_x.pdf', '13_x.pdf'].map((name) => (directory ? `${directory}/${name}` : name));
    put(first!);
    put(second!);
    for (const file of ['{{id}}_x.pdf', '{{id}}_*.pdf', '{{id}}*']) {
      for (const ids of [['12', '13'], ['13', '12']]) expect(await statuses({ directory, file }, ...ids)).toEqual(['DUPLICATED', 'DUPLICATED']);
    }
    const sha256 = (await root.inspect(first!, 1e6) as { sha256: string }).sha256;
    expect(await match({ directory }, { id: '13' })).toMatchObject({ detail: DETAIL, files: [], unsettledMs: null });
    expect((await match({ directory }, { id: '13' })).checks).toEqual([second, first].map((path) => ({ rule: 'r', status: 'DUPLICATED', path, size: PDF.length, sha256, detail: DETAIL })));
  });

  it('are no twins with the same size and other content', async () => {
    put('a/12_x.pdf', `${PDF}1`);
    put('a/13_x.pdf', `${PDF}2`);
    expect(await statuses({}, '12', '13', '12')).toEqual(['FOUND', 'FOUND', 'FOUND']);
  });

  it('are no copies that the rule would give to nobody, nor hidden or half ones', async () => {
    for (const name of ['12_x.pdf', '12_x - copy.pdf', '_x.pdf', '.13_x.pdf', '13_x.pdf.part']) put(`a/${name}`);
    put('b/13_x.pdf');
    expect(await status()).toBe('FOUND');
  });

  it('are files of an account whose number goes on with a sign of this one', async () => {
    for (const name of ['110-123_x.pdf', '110-123-456_x.pdf']) put(`a/${name}`);
    for (const file of ['{{id}}*.pdf', '{{id}}_*.pdf']) expect(await statuses({ file, several: true }, '110-123', '110-123-456')).toEqual(['DUPLICATED', 'DUPLICATED']);
    put('a/110-123-456_x.pdf', `${PDF}other`);
    expect(await statuses({ file: '{{id}}*.pdf', several: true }, '110-123', '110-123-456')).toEqual(['FOUND', 'FOUND']);
  });

  it('are no files of another business date, where the name has one', async () => {
    for (const name of ['202603_12.pdf', '202602_13.pdf']) put(`a/${name}`);
    expect(await status({ file: '{{businessDate|date:YYYYMM}}_{{id}}.pdf' })).toBe('FOUND');
    put('a/202603_13.pdf');
    await waitFor(async () => (await status({ file: '{{businessDate|date:YYYYMM}}_{{id}}.pdf' })) === 'DUPLICATED', { what: 'the twin' });
  });

  it('are no copies among the recipient\'s own files', async () => {
    for (const name of ['12_a.pdf', '12_b.pdf']) put(`a/${name}`);
    expect(await match({ file: '{{id}}_*.pdf', several: true })).toMatchObject({ status: 'FOUND', files: [{}, {}] });
    put('c/12_a.pdf');
    put('c/12_b.pdf', `${PDF}b`);
    put('c/13_b.pdf', `${PDF}b`);
    expect((await match({ directory: 'c', file: '{{id}}_*.pdf', several: true })).checks.map(({ path }) => path)).toEqual(['c/12_b.pdf', 'c/13_b.pdf']);
  });

  it('do not matter to a rule that is common', async () => {
    for (const name of ['12_x.pdf', '13_x.pdf']) put(`a/${name}`);
    expect(await status({ common: true })).toBe('FOUND');
  });

  it('are seen by names in NFD, and by links', async () => {
    put(`a/${'홍길동_x.pdf'.normalize('NFD')}`);
    put(`a/${'김철수_x.pdf'.normalize('NFD')}`);
    expect(await status({}, { id: '홍길동' })).toBe('DUPLICATED');
    put('b/12_x.pdf');
    symlinkSync('12_x.pdf', join(folder, 'b/13_x.pdf'));
    expect(await statuses({ directory: 'b' }, '12', '13')).toEqual(['DUPLICATED', 'DUPLICATED']);
    put('c/12_x.pdf');
    linkSync(join(folder, 'c/12_x.pdf'), join(folder, 'c/13_x.pdf'));
    expect(await statuses({ directory: 'c' }, '12', '13')).toEqual(['DUPLICATED', 'DUPLICATED']);
  });

  it('are seen when they come later', async () => {
    put('a/12_x.pdf');
    expect(await status()).toBe('FOUND');
    put('a/13_x.pdf');
    await waitFor(async () => (await status()) === 'DUPLICATED', { what: 'the twin' });
    rmSync(join(folder, 'a/13_x.pdf'));
    expect(await status()).toBe('FOUND');
  });

  it('stop being twins when one is rewritten in place, at once, with the same size and with another', async () => {
    put('a/12_x.pdf', `${PDF}1`);
    put('a/13_x.pdf', `${PDF}1`);
    expect(await status()).toBe('DUPLICATED');
    put('a/13_x.pdf', `${PDF}2`);
    expect(await statuses({}, '12', '13')).toEqual(['FOUND', 'FOUND']);
    put('a/13_x.pdf', `${PDF}1`);
    expect(await statuses({}, '13', '12')).toEqual(['DUPLICATED', 'DUPLICATED']);
    put('a/13_x.pdf', `${PDF}longer`);
    expect(await statuses({}, '12', '13')).toEqual(['FOUND', 'FOUND']);
  });

  it('become twins when a file grows to the same content, though no listing shows it', async () => {
    put('a/12_x.pdf');
    put('a/13_x.pdf', '%PDF-1.4\n');
    expect(await status()).toBe('FOUND');
    put('a/13_x.pdf');
    await waitFor(async () => (await status()) === 'DUPLICATED', { what: 'the grown file' });
  });

  it('are not looked for in what is gone, a directory, a link to nowhere or out of the root', async () => {
    put('a/12_x.pdf');
    mkdirSync(join(folder, 'a/13_x.pdf'));
    symlinkSync('nowhere', join(folder, 'a/14_x.pdf'));
    const outside = mkdtempSync(join(tmpdir(), 'tank-outside-'));
    writeFileSync(join(outside, 'x.pdf'), PDF);
    symlinkSync(join(outside, 'x.pdf'), join(folder, 'a/15_x.pdf'));
    expect(await status()).toBe('FOUND');
    rmSync(outside, { recursive: true });
  });

  describe('and what they cost', () => {
    const counted = (unreadable: string[] = []) => {
      const asked = { looks: [] as string[], hashes: [] as string[] };
      let names = new NameList([]);
      const twins = new TwinCandidates(fillPathPattern({ directory: '', file: '{{id}}.pdf' }, { id: '1' }).others!, {
        list: async () => names,
        look: (name) => (asked.looks.push(name), lookAtCandidate(join(folder, name))),
        hash: async (name) => (asked.hashes.push(name), unreadable.includes(name) ? undefined : hashCandidate(folder, join(folder, name))),
      });
      const ask = async (name: string) => {
        const { state, size } = (await lookAtCandidate(join(folder, name)))!;
        return twins.twinsOf({ name, ownNames: new Set([name]), state, size, sha256: (await hashCandidate(folder, join(folder, name)))!.sha256 });
      };
      return { asked, ask, twins, list: (...all: string[]) => (names = new NameList(all)) };
    };
    /** Quiet for so long that nothing is looked at twice. */
    const letRest = (...files: string[]) => waitFor(() => files.every((file) => Date.now() - statSync(file).ctimeMs > 2100), { what: 'the files to be quiet' });

    it('look at each name once, at new ones when they come, and hash only what has the size', async () => {
      await letRest(put('1.pdf', 'aa'), put('2.pdf', 'bb'), put('3.pdf', 'ccc'), put('4.pdf', 'dd'), put('other.txt', 'aa'));
      const { asked, ask, list, twins } = counted();
      list('1.pdf', '2.pdf', '3.pdf', 'other.txt');
      await Promise.all([ask('1.pdf'), ask('1.pdf'), ask('1.pdf')]);
      expect(asked).toEqual({ looks: ['1.pdf', '2.pdf', '3.pdf'], hashes: ['2.pdf'] });
      list('1.pdf', '2.pdf', '4.pdf', 'other.txt');
      await ask('1.pdf');
      await ask('2.pdf');
      expect(asked).toEqual({ looks: ['1.pdf', '2.pdf', '3.pdf', '4.pdf'], hashes: ['2.pdf', '4.pdf'] }); // 1.pdf's own mail had its hash
      expect(twins.count).toBe(3);
    });

    it('believe no hash of a file that changed just before it was made', async () => {
      put('1.pdf', 'aa');
      const time = new Date('2026-01-01');
      const rewrite = (content: string) => utimesSync(put('2.pdf', content), time, time); // as within one tick of a slow clock
      rewrite('aa');
      const { ask, list } = counted();
      list('1.pdf', '2.pdf');
      expect(await ask('1.pdf')).toEqual(['2.pdf']);
      rewrite('bb');
      expect(await ask('1.pdf')).toEqual([]);
    });

    it('do not ask again and again for what cannot be read', async () => {
      await letRest(put('1.pdf', 'aa'), put('2.pdf', 'aa'));
      const { asked, ask, list } = counted(['2.pdf']);
      list('1.pdf', '2.pdf');
      expect([await ask('1.pdf'), await ask('1.pdf')]).toEqual([[], []]);
      expect(asked.hashes).toEqual(['2.pdf']);
    });

    it('forget the directories used least recently', async () => {
      const names = new NameList(['1.pdf', '2.pdf']);
      const twins = new ContentTwins({ timeoutMs: 5000, maxCandidates: 4, assertReachable: async () => undefined, list: async () => names });
      const others = fillPathPattern({ directory: '', file: '{{id}}.pdf' }, { id: '1' }).others!;
      for (const path of ['x/1.pdf', 'y/1.pdf', 'x/1.pdf']) {
        put(path);
        put(join(dirname(path), '2.pdf'));
        const file = await root.inspect(path, 1e6);
        if (file.status !== 'file') throw new Error('no file');
        expect(await twins.find(folder, { path, file, others, own: [path] })).toMatchObject([{ path: join(dirname(path), '2.pdf') }]);
        expect(twins.count).toBe(3);
      }
    });
  });

  it('let one bad file be, and take a root that is away for away', async () => {
    const bad = () => Promise.reject(Object.assign(new Error('bad'), { code: 'EIO' }));
    expect(await onCandidate(bad, 1000, async () => undefined)).toBeUndefined();
    await expect(onCandidate(bad, 1000, () => Promise.reject(new RootUnreachable('away', 'mount it')))).rejects.toThrow('away');
    await expect(onCandidate(() => Promise.reject(Object.assign(new Error(), { code: 'EMFILE' })), 1000, async () => undefined)).rejects.toBeInstanceOf(RootUnreachable);
  });
});
