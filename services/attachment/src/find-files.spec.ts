import { findFiles } from './find-files.js';
import { NameList } from './name-list.js';
import { fillPathPattern } from './path-pattern.js';

/** Directories that count how often they are read. */
function directories(tree: Record<string, string[]>) {
  const asked: string[] = [];
  const list = async (directory: string) => {
    asked.push(directory);
    return tree[directory] && new NameList(tree[directory]);
  };
  return { asked, list };
}
const find = (from: ReturnType<typeof directories>, file: string, directory: string, id: string) => findFiles(from, fillPathPattern({ file, directory }, { id }), 'recent');

describe('finding files', () => {
  it('reads no directory for names that can be spelled in one way only', async () => {
    const from = directories({});
    expect(await find(from, '{{id}}.pdf', 'Statement/2026', '12')).toEqual(['Statement/2026/12.pdf']);
    expect(from.asked).toEqual([]);
  });

  it.each(['ab', '12.', '12 ', '한'])('never lets the file system take another name for the value %j', async (id) => {
    const from = directories({ '': ['AB.pdf', '12.pdf'], x: ['AB', '12'] });
    expect(await find(from, '{{id}}.pdf', '', id)).toEqual([]);
    expect(await find(from, 'a.pdf', 'x/{{id}}', id)).toEqual([]);
  });

  it('reads a directory once for each wildcard on the way', async () => {
    const from = directories({ '': ['a', 'b'], 'a/x': ['1_1.pdf', '2.pdf'], 'b/x': ['1_2.pdf'] });
    expect(await find(from, '{{id}}_*.pdf', '*/x', '1')).toEqual(['a/x/1_1.pdf', 'b/x/1_2.pdf']);
    expect(from.asked).toEqual(['', 'a/x', 'b/x']);
  });

  it('finds nothing in a directory that is not there', async () => {
    expect(await find(directories({}), '{{id}}*', 'none', '1')).toEqual([]);
  });
});
