import { fileTypeFromBuffer } from 'file-type';

/** What was read of a file. `head`: its first 64 KB, `tail`: its last 64 KB (the same bytes where it is shorter). */
export interface Content {
  head: Uint8Array;
  tail: Uint8Array;
  /** No NUL, and valid UTF-8, CP949 or, by its mark, UTF-16. */
  isText: boolean;
}
export type ContentVerdict = { contentType: string } | { problem: string };

interface Kind {
  contentType: string;
  /** What the first bytes may say, in file-type's words, and in ours: `text` readable text, `pk` a zip of any kind. */
  looks: string[];
  /** Must stand within the last `within` bytes: a file without it is cut, or still being written. */
  ends?: { mark: string; within: number };
}

const zipEnd = { mark: 'PK\x05\x06', within: 65_536 };
const text = (contentType: string): Kind => ({ contentType, looks: ['text'] });
const compound = (contentType: string): Kind => ({ contentType, looks: ['cfb'] });
/** A password turns an OOXML document into a compound file, whose end cannot be told. */
const office = (what: string, extension: string): Kind => ({
  contentType: `application/vnd.openxmlformats-officedocument.${what}`, looks: [extension, 'zip', 'cfb'], ends: zipEnd,
});
const jpeg: Kind = { contentType: 'image/jpeg', looks: ['jpg'], ends: { mark: '\xff\xd9', within: 65_536 } };
const tiff: Kind = { contentType: 'image/tiff', looks: ['tif'] };

const KINDS: Record<string, Kind> = {
  pdf: { contentType: 'application/pdf', looks: ['pdf'], ends: { mark: '%%EOF', within: 1024 } },
  xlsx: office('spreadsheetml.sheet', 'xlsx'),
  docx: office('wordprocessingml.document', 'docx'),
  pptx: office('presentationml.presentation', 'pptx'),
  xls: compound('application/vnd.ms-excel'),
  doc: compound('application/msword'),
  ppt: compound('application/vnd.ms-powerpoint'),
  hwp: { contentType: 'application/x-hwp', looks: ['cfb', 'hwp3'] },
  hwpx: { contentType: 'application/hwp+zip', looks: ['pk'], ends: zipEnd },
  zip: { contentType: 'application/zip', looks: ['pk'], ends: zipEnd },
  png: { contentType: 'image/png', looks: ['png'], ends: { mark: 'IEND', within: 65_536 } },
  jpg: jpeg,
  jpeg,
  gif: { contentType: 'image/gif', looks: ['gif'] },
  tif: tiff,
  tiff,
  csv: text('text/csv'),
  txt: text('text/plain'),
  html: text('text/html'),
  htm: text('text/html'),
  xml: text('application/xml'),
  json: text('application/json'),
};

/** Programs: whatever they are called, they do not go out. */
const PROGRAMS = ['exe', 'elf', 'macho', 'class', 'lnk', 'apk', 'deb', 'rpm', 'dmg', 'crx', 'wasm'];
const PROGRAM_EXTENSIONS = ['exe', 'com', 'scr', 'pif', 'bat', 'cmd', 'ps1', 'vbs', 'js', 'jse', 'wsf', 'hta', 'msi', 'lnk', 'jar'];

/**
 * Whether a file is what its name says, and whole.
 * @param extension in lower case, without the dot.
 */
export async function judgeContent(extension: string, content: Content): Promise<ContentVerdict> {
  const seen = await whatItLooksLike(content);
  // A text that happens to begin with "MZ" is none: a program has NULs.
  if (PROGRAM_EXTENSIONS.includes(extension) || (!content.isText && seen.some((look) => PROGRAMS.includes(look)))) {
    return { problem: 'It is a program: programs are not sent.' };
  }
  const kind = Object.hasOwn(KINDS, extension) ? KINDS[extension] : undefined;
  if (!kind) return { contentType: 'application/octet-stream' };
  const look = seen.find((each) => kind.looks.includes(each));
  if (!look) return { problem: `It is not the type its name says (.${extension}).` };
  const isWhole = !kind.ends || look === 'cfb' || endsWith(content.tail, kind.ends);
  return isWhole ? { contentType: kind.contentType } : { problem: 'Its end is missing: it is cut, or still being written.' };
}

/** Several words may be true: an xlsx is a zip. */
async function whatItLooksLike({ head, isText }: Content): Promise<string[]> {
  const looks: string[] = [];
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 1024)).toString('latin1');
  // Printer commands may stand before a PDF's header; readers look for it in the first kilobyte.
  if (start.includes('%PDF-')) looks.push('pdf');
  if (start.startsWith('HWP Document File')) looks.push('hwp3');
  const detected = await fileTypeFromBuffer(head);
  if (detected) looks.push(detected.ext);
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) looks.push('pk');
  if (isText) looks.push('text');
  return looks;
}

function endsWith(tail: Uint8Array, { mark, within }: { mark: string; within: number }): boolean {
  const end = tail.subarray(Math.max(0, tail.length - within));
  return Buffer.from(end.buffer, end.byteOffset, end.byteLength).includes(Buffer.from(mark, 'latin1'));
}
