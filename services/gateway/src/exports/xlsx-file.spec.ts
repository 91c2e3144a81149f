import { strFromU8, unzipSync } from 'fflate';
import { wallTimeOf } from '../local-clock.js';
import { elementsOf, readXml, type Element } from '../test/read-xml.js';
import type { Cell } from './export-table.js';
import { xlsxFile } from './xlsx-file.js';

interface Workbook {
  parts: Record<string, Element>;
  /** Of each sheet its rows: `A1` → text, number or date. */
  sheets: { name: string; cells: Record<string, string> }[];
}

async function written(header: string[], pages: Cell[][][], { title = '메일', rowsPerSheet }: { title?: string; rowsPerSheet?: number } = {}): Promise<Workbook> {
  const chunks: Uint8Array[] = [];
  const table = { title, columns: header.map((one) => ({ header: one, width: 12 })), pages: (async function* () { yield* pages; })() };
  for await (const chunk of xlsxFile(table, rowsPerSheet)) chunks.push(chunk);
  const files = unzipSync(Buffer.concat(chunks));
  const parts = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, readXml(strFromU8(bytes))]));
  const targets = new Map(elementsOf(parts['xl/_rels/workbook.xml.rels']!, 'Relationship').map(({ attributes }) => [attributes.Id, attributes.Target]));
  const sheets = elementsOf(parts['xl/workbook.xml']!, 'sheet').map(({ attributes }) => ({
    name: attributes.name!,
    cells: Object.fromEntries(elementsOf(parts[`xl/${targets.get(attributes['r:id'])}`]!, 'c').map((cell) => [cell.attributes.r!, told(cell)])),
  }));
  return { parts, sheets };
}

function told({ attributes, children }: Element): string {
  const [value] = children;
  return attributes.t === 'inlineStr' ? value!.children[0]!.text : `${attributes.s === '1' ? 'time ' : 'number '}${value!.text}`;
}

describe('a workbook', () => {
  it('has every part that Excel asks for, each of the kind that it is said to be, and every reference has its part', async () => {
    const { parts } = await written(['a'], [[['x']]]);
    expect(Object.keys(parts).sort()).toEqual(['[Content_Types].xml', '_rels/.rels', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml', 'xl/workbook.xml', 'xl/worksheets/sheet1.xml'].sort());
    const types = parts['[Content_Types].xml']!;
    const overrides = elementsOf(types, 'Override').map(({ attributes }) => attributes.PartName!.slice(1));
    expect(overrides.every((name) => name in parts)).toBe(true);
    expect(elementsOf(types, 'Default').map(({ attributes }) => attributes.Extension)).toEqual(['rels', 'xml']);
    const formats = elementsOf(elementsOf(parts['xl/styles.xml']!, 'cellXfs')[0]!, 'xf');
    expect(formats).toHaveLength(3);
    for (const [list, name] of [['fonts', 'font'], ['fills', 'fill'], ['borders', 'border'], ['cellXfs', 'xf'], ['numFmts', 'numFmt']] as const) {
      const [found] = elementsOf(parts['xl/styles.xml']!, list);
      expect([list, found!.attributes.count]).toEqual([list, String(found!.children.filter((child) => child.name === name).length)]);
    }
    for (const { attributes } of elementsOf(parts['_rels/.rels']!, 'Relationship')) expect(parts).toHaveProperty([attributes.Target!]);
    for (const { attributes } of elementsOf(parts['xl/_rels/workbook.xml.rels']!, 'Relationship')) expect(parts).toHaveProperty([`xl/${attributes.Target}`]);
  });

  it('has texts, numbers and times as such, and a header that stays in sight', async () => {
    const { parts, sheets } = await written(['이름', '수', '시각'], [[['김철수', 42, wallTimeOf('2026-11-20T12:00:00')]], [['=1+1', null, wallTimeOf('1900-03-01T00:00:00')]]]);
    expect(sheets).toEqual([{ name: '메일', cells: { A1: '이름', B1: '수', C1: '시각', A2: '김철수', B2: 'number 42', C2: 'time 46346.5', A3: '=1+1', C3: 'time 61' } }]);
    expect(elementsOf(parts['xl/worksheets/sheet1.xml']!, 'pane')[0]?.attributes).toMatchObject({ ySplit: '1', state: 'frozen', topLeftCell: 'A2' });
    expect(elementsOf(parts['xl/worksheets/sheet1.xml']!, 'f')).toEqual([]);
  });

  it('of nothing is its header', async () => expect((await written(['a', 'b'], [])).sheets).toEqual([{ name: '메일', cells: { A1: 'a', B1: 'b' } }]));

  it('goes on in another sheet, each with its header, when one is full, wherever a page ends', async () => {
    const pages = [['1', '2'], ['3', '4', '5', '6', '7'], [], ['8', '9']].map((page) => page.map((text) => [text]));
    const { sheets } = await written(['n'], pages, { rowsPerSheet: 4 });
    expect(sheets.map(({ name, cells }) => [name, ...Object.values(cells)])).toEqual([['메일', 'n', '1', '2', '3', '4'], ['메일 2', 'n', '5', '6', '7', '8'], ['메일 3', 'n', '9']]);
  });

  it('can be opened whatever a text holds', async () => {
    const odd = ['a\u0000b', '\ud800x', '\ufffe', '<&>"\'', 'a\r\nb', '_x0041_', ' x ', '가'.repeat(40_000), '😀'.repeat(20_000)];
    const { sheets } = await written(['odd'], [odd.map((text) => [text])], { title: "[a]:*?/\\ <&> and a name that is far too long for a sheet" });
    const texts = Object.values(sheets[0]!.cells).slice(1);
    expect(texts.slice(0, 7)).toEqual(['a\ufffdb', '\ufffdx', '\ufffd', '<&>"\'', 'a_x000D_\nb', '_x005F_x0041_', ' x ']);
    for (const text of texts.slice(7)) expect(text.length).toBeLessThanOrEqual(32_767);
    expect(sheets[0]!.name.length).toBeLessThanOrEqual(31);
  });

  it('names its columns beyond Z', async () => {
    const { sheets } = await written(Array.from({ length: 703 }, (_, at) => String(at)), []);
    expect(sheets[0]!.cells).toMatchObject({ Z1: '25', AA1: '26', ZZ1: '701', AAA1: '702' });
  });
});
