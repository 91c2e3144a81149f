import { isTime, type Cell } from './export-table.js';
import { escapeXml, STYLE } from './xlsx-parts.js';

/** Letters of a cell: Excel cuts no text by itself, it refuses the file. */
const LONGEST = 32_767;
/** What XML 1.0 cannot hold, not even escaped. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
/** What Excel reads as a character by its number. */
const LOOKS_LIKE_NUMBER = /_(?=x[0-9A-Fa-f]{4}_)/g;

/** A row of a sheet; `number` counts from 1. An empty cell is left out. */
export function rowXml(number: number, cells: Cell[], isHeader = false): string {
  let xml = `<row r="${number}">`;
  for (const [at, cell] of cells.entries()) if (cell !== null && cell !== '') xml += cellXml(`${columnName(at)}${number}`, cell, isHeader);
  return `${xml}</row>`;
}

function cellXml(place: string, cell: Exclude<Cell, null>, isHeader: boolean): string {
  if (typeof cell === 'number' && Number.isFinite(cell)) return `<c r="${place}"><v>${cell}</v></c>`;
  if (isTime(cell)) return `<c r="${place}" s="${STYLE.time}"><v>${serialOf(cell.wallMs)}</v></c>`;
  return `<c r="${place}"${isHeader ? ` s="${STYLE.header}"` : ''} t="inlineStr"><is><t xml:space="preserve">${textXml(String(cell))}</t></is></c>`;
}

/** Days since 30 December 1899, to the second. */
function serialOf(wallMs: number): number {
  return Math.floor(wallMs / 1000) / 86_400 + 25_569;
}

/** Half a surrogate pair, a control character or a text too long must not make the file one that nobody can open. */
function textXml(text: string): string {
  const fitting = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  const told = fitting.toWellFormed().replace(NOT_XML, '\ufffd').replace(LOOKS_LIKE_NUMBER, '_x005F_');
  return escapeXml(told).replaceAll('\r', '_x000D_');
}

const NAMES: string[] = [];

/** `A`, `Z`, `AA` */
function columnName(at: number): string {
  return (NAMES[at] ??= (at >= 26 ? columnName(Math.floor(at / 26) - 1) : '') + String.fromCharCode(65 + (at % 26)));
}
