import { wallTimeOf } from '../local-clock.js';
import { csvFile } from './csv-file.js';
import type { Cell } from './export-table.js';

async function written(header: string[], ...pages: Cell[][][]): Promise<string> {
  let text = '';
  for await (const part of csvFile({ title: 't', columns: header.map((one) => ({ header: one, width: 1 })), pages: (async function* () { yield* pages; })() })) text += part;
  return text;
}

describe('a CSV file', () => {
  it('has a byte order mark, one header and lines as RFC 4180 wants them', async () => {
    expect(await written(['이름', 'a,b'], [['김"철"수', 'x']], [], [['a\nb', null], ['가,나', 3]])).toBe('\ufeff이름,"a,b"\r\n"김""철""수",x\r\n"a\nb",\r\n"가,나",3\r\n');
  });

  it('of nothing is its header', async () => {
    for (const pages of [[], [[]]]) expect(await written(['a', 'b'], ...pages)).toBe('\ufeffa,b\r\n');
  });

  it('writes times as they are on the wall', async () => expect(await written(['t'], [[wallTimeOf('2026-11-20T09:00:00')]])).toContain('\r\n2026-11-20 09:00:00\r\n'));

  it.each(['=1+1', '+82', '-5', '@SUM(A1)', '\tx', '\rx', '＝1', '=HYPERLINK("http://x","y")'])('keeps a spreadsheet from taking %j for a formula', async (text) => {
    const [, line] = (await written(['a'], [[text]])).split('\r\n');
    expect(line?.replace(/^"/, '')).toMatch(/^'/);
  });

  it('keeps a formula in the header from being one, too', async () => expect(await written(['=x'])).toBe("\ufeff'=x\r\n"));
});
