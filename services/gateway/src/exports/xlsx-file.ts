import { strToU8, Zip, ZipDeflate } from 'fflate';
import type { Cell, ExportTable } from './export-table.js';
import { CONTENT_TYPES, PACKAGE_RELATIONS, sheetHead, SHEET_END, STYLES, workbook, workbookRelations } from './xlsx-parts.js';
import { rowXml } from './xlsx-cells.js';

/** What a sheet takes, less the header. */
const ROWS_PER_SHEET = 1_048_575;
/** A zip without its 64-bit extension, which old readers lack, tells sizes in 32 bits. */
const BYTES_PER_SHEET = 2_000_000_000;
const BYTES_PER_FILE = 4_000_000_000;
/** Quick rather than small: what is in a sheet repeats itself so much that the rest gains little. */
const LEVEL = 1;

/** A workbook, page by page: of each sheet only what was not taken yet is in memory. A full sheet is followed by another. */
export async function* xlsxFile({ title, columns, pages }: ExportTable, rowsPerSheet = ROWS_PER_SHEET): AsyncGenerator<Uint8Array, void> {
  const file = new ZippedFile();
  for (const [name, xml] of [['[Content_Types].xml', CONTENT_TYPES], ['_rels/.rels', PACKAGE_RELATIONS], ['xl/styles.xml', STYLES]] as const) file.add(name, xml);
  let sheet = new Sheet(file, 1, columns);
  for await (const rows of pages) {
    for (let at = 0; at < rows.length; ) {
      if (sheet.rows >= rowsPerSheet || sheet.bytes > BYTES_PER_SHEET) sheet = sheet.next();
      const taken = rows.slice(at, at + rowsPerSheet - sheet.rows);
      sheet.write(taken);
      at += taken.length;
    }
    yield file.take();
  }
  sheet.end();
  file.add('xl/workbook.xml', workbook(title, sheet.number));
  file.add('xl/_rels/workbook.xml.rels', workbookRelations(sheet.number));
  file.end();
  yield file.take();
}

class Sheet {
  rows = 0;
  bytes = 0;
  readonly #part: ZipDeflate;

  constructor(private readonly file: ZippedFile, readonly number: number, private readonly columns: ExportTable['columns']) {
    this.#part = file.open(`xl/worksheets/sheet${number}.xml`);
    this.#push(sheetHead(columns.map(({ width }) => width)) + rowXml(1, columns.map(({ header }) => header), true));
  }

  write(rows: Cell[][]): void {
    let xml = '';
    for (const row of rows) xml += rowXml(++this.rows + 1, row);
    if (xml !== '') this.#push(xml);
  }

  next(): Sheet {
    this.end();
    return new Sheet(this.file, this.number + 1, this.columns);
  }

  end(): void {
    this.#part.push(strToU8(SHEET_END), true);
  }

  #push(xml: string): void {
    const bytes = strToU8(xml);
    this.bytes += bytes.length;
    this.#part.push(bytes);
  }
}

/** A zip that is taken while it is made. */
class ZippedFile {
  #ready: Uint8Array[] = [];
  #bytes = 0;
  readonly #zip = new Zip((error, chunk) => {
    if (error) throw error;
    this.#bytes += chunk.length;
    if (this.#bytes > BYTES_PER_FILE) throw new Error('The export is larger than a zip may be: export fewer days, or CSV.');
    this.#ready.push(chunk);
  });

  open(name: string): ZipDeflate {
    const part = new ZipDeflate(name, { level: LEVEL });
    this.#zip.add(part);
    return part;
  }

  add(name: string, xml: string): void {
    this.open(name).push(strToU8(xml), true);
  }

  end(): void {
    this.#zip.end();
  }

  take(): Uint8Array {
    const taken = Buffer.concat(this.#ready);
    this.#ready = [];
    return taken;
  }
}
