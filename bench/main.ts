// `npm run bench [-- --only oracle,road]`: each part beside a bare program that does the least that could do the same,
// in the same run: the ratio is what to look at. Writes the figures into RESULTS.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { api } from './api.ts';
import { exportPart } from './export.ts';
import type { Line, Part } from './measure.ts';
import { oracle } from './oracle.ts';
import { search } from './search.ts';
import { wholeRoad } from './whole-road.ts';

const PARTS: Part[] = [wholeRoad, oracle, search, exportPart, api];
const RESULTS = join(import.meta.dirname, 'RESULTS.md');

function chosenParts(): Part[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return PARTS;
  return values.only.split(',').map((name) => {
    const part = PARTS.find((one) => one.name === name);
    if (!part) throw new Error(`There is no part ${name} in --only: the parts are ${PARTS.map((one) => one.name).join(', ')}.`);
    return part;
  });
}

/** One line that is written over; where the output is no terminal, nothing. */
function showProgress(part: string, text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K· ${part}: ${text}`);
}

function row({ what, perSecond, unit, ratio, note }: Line): string[] {
  return [what, `${Math.round(perSecond).toLocaleString('en-US')} ${unit}`, ratio.toFixed(2), note ?? ''];
}

function drawTable(lines: Line[]): string {
  const rows = lines.map(row);
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((cells) => cells[at]!.length)));
  return rows.map(([what, speed, ratio, note]) => `  ${what!.padEnd(widths[0]!)}  ${speed!.padStart(widths[1]!)}  ${ratio}  ${note}`.trimEnd()).join('\n');
}

function machine(): string {
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform}, Node ${process.versions.node}`;
}

/** Puts the figures between the marks of the part; what people wrote around them stays. */
function keepResults({ name, about }: Part, lines: Line[]): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const table = ['| what | speed | ratio | |', '|---|---|---|---|', ...lines.map((line) => `| ${row(line).join(' | ')} |`)].join('\n');
  const section = `${begin}\n${about}\n\n${machine()}\n\n${table}\n${end}`;
  const text = readFileSync(RESULTS, 'utf8');
  const known = new RegExp(`${begin}[\\s\\S]*?${end}`);
  writeFileSync(RESULTS, known.test(text) ? text.replace(known, () => section) : `${text.trimEnd()}\n\n## ${name}\n\n${section}\n`);
}

for (const part of chosenParts()) {
  const lines = await part.run((text) => showProgress(part.name, text));
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(`${part.name}\n${drawTable(lines)}\n`);
  keepResults(part, lines);
}
