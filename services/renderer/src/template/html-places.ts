import type { InBoth } from '@tank/contracts';
import { QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { isUrlAttribute, problemOfAttribute, problemOfTag } from './html-rules.js';
import type { Place } from './place-value.js';
import { lastNotAfter } from './text-position.js';

const NO_PLACE: InBoth = [
  'A value cannot stand here: put it into the text, or into an attribute between quotes.', '여기에는 값을 넣을 수 없습니다. 텍스트나 따옴표로 묶은 속성에 넣으세요.',
];
const NOT_IN_STYLE: InBoth = ['A value cannot stand in a <style> element: put it into a style attribute.', '<style> 요소에는 값을 넣을 수 없습니다. style 속성에 넣으세요.'];

interface PlaceProblem {
  message: InBoth;
  /** Characters from 0. */
  at: number;
}
interface OpenAttribute {
  name: string;
  at: number;
  /** Entities decoded: what a browser will read. */
  value: string;
  marks: { index: number; before: string }[];
}

/**
 * Reads HTML as a browser would, to learn what surrounds every value that will be filled in.
 * @param marks where one character stands for a value, ascending, in characters from 0
 * @returns a place for every mark, null where a value cannot stand (a problem says so)
 */
export function findPlaces(html: string, marks: number[]): { places: (Place | null)[]; problems: PlaceProblem[] } {
  const reader = new PlaceReader(html, marks);
  const tokenizer = new Tokenizer({ decodeEntities: true, xmlMode: false }, reader);
  tokenizer.write(html);
  tokenizer.end();
  return reader.result();
}

class PlaceReader implements TokenizerCallbacks {
  private readonly places: (Place | null | undefined)[];
  private readonly problems: PlaceProblem[] = [];
  private tag = '';
  private rawText = '';
  private attribute: OpenAttribute | null = null;

  constructor(private readonly html: string, private readonly marks: number[]) {
    this.places = marks.map(() => undefined);
  }

  result(): { places: (Place | null)[]; problems: PlaceProblem[] } {
    const places = this.marks.map((at, index) => {
      const place = this.places[index];
      if (place === undefined) this.refuse(at, NO_PLACE);
      return place ?? null;
    });
    return { places, problems: this.problems.sort((a, b) => a.at - b.at) };
  }

  onopentagname(start: number, end: number): void {
    this.tag = this.html.slice(start, end).toLowerCase();
    const message = problemOfTag(this.tag);
    if (message) this.refuse(start, message);
  }

  onopentagend(): void {
    this.rawText = this.tag === 'style' ? 'style' : '';
  }

  onselfclosingtag(): void {
    this.rawText = '';
  }

  onclosetag(): void {
    this.rawText = '';
  }

  ontext(start: number, end: number): void {
    for (const index of this.marksIn(start, end)) {
      if (this.rawText !== 'style') this.places[index] = { kind: 'text' };
      else this.refuseMark(index, NOT_IN_STYLE);
    }
  }

  onattribname(start: number, end: number): void {
    this.attribute = { name: this.html.slice(start, end), at: start, value: '', marks: [] };
  }

  onattribdata(start: number, end: number): void {
    const { attribute } = this;
    if (!attribute) return;
    for (const index of this.marksIn(start, end)) {
      attribute.marks.push({ index, before: attribute.value + this.html.slice(start, this.marks[index]) });
    }
    attribute.value += this.html.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    if (this.attribute) this.attribute.value += String.fromCodePoint(codepoint);
  }

  onattribend(quote: QuoteType): void {
    const { attribute } = this;
    this.attribute = null;
    if (!attribute) return;
    const message = problemOfAttribute(this.tag, attribute.name, attribute.value);
    if (message) this.refuse(attribute.at, message);
    for (const mark of attribute.marks) this.placeInAttribute(attribute, mark, quote);
  }

  /** Mail for Outlook keeps whole parts in `<!--[if mso]> … <![endif]-->`; they are read like any other part. */
  oncomment(start: number, end: number, endOffset: number): void {
    const inside = this.html.slice(start, end - endOffset);
    const condition = /^\s*\[if[^\]>]*\]>/.exec(inside);
    const from = start + (condition?.[0].length ?? 0);
    const within = this.marksIn(start, end);
    const { places, problems } = condition
      ? findPlaces(this.html.slice(from, end - endOffset), within.map((index) => (this.marks[index] ?? 0) - from))
      : { places: within.map(() => ({ kind: 'text' }) as Place), problems: [] };
    within.forEach((index, nth) => (this.places[index] = places[nth]));
    for (const problem of problems) this.refuse(problem.at + from, problem.message);
  }

  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  ontextentity(): void {}
  onend(): void {}

  private placeInAttribute(attribute: OpenAttribute, mark: OpenAttribute['marks'][number], quote: QuoteType): void {
    if (quote === QuoteType.Unquoted) {
      return this.refuseMark(mark.index, [
        `Put the value of "${attribute.name}" between quotes: ${attribute.name}="…".`, `"${attribute.name}"의 값을 따옴표로 묶으세요: ${attribute.name}="…".`,
      ]);
    }
    if (attribute.name.toLowerCase() === 'style') {
      this.places[mark.index] = { kind: 'style' };
    } else if (!isUrlAttribute(attribute.name)) {
      this.places[mark.index] = { kind: 'attribute' };
    } else if (startsWithSchemeOf(attribute)) {
      this.refuseMark(mark.index, [
        `In "${attribute.name}" the address has to start with https://… or with one single column.`,
        `"${attribute.name}"의 주소는 https://… 또는 컬럼 하나로 시작해야 합니다.`,
      ]);
    } else {
      this.places[mark.index] = { kind: 'url', before: mark.before };
    }
  }

  private marksIn(start: number, end: number): number[] {
    return indexesBetween(this.marks, start, end);
  }

  private refuseMark(index: number, message: InBoth): void {
    this.places[index] = null;
    this.refuse(this.marks[index] ?? 0, message);
  }

  private refuse(at: number, message: InBoth): void {
    this.problems.push({ message, at });
  }
}

/** `{{ a }}://…` and `{{ a }}{{ b }}`: what the address leads to cannot be seen in one value. */
function startsWithSchemeOf({ value, marks }: OpenAttribute): boolean {
  const end = /[/?#:]/.exec(value)?.index ?? value.length;
  const inScheme = marks.filter(({ before }) => before.length < end);
  return inScheme.length > 1 || (inScheme.length === 1 && value[end] === ':');
}

function indexesBetween(marks: number[], start: number, end: number): number[] {
  const found: number[] = [];
  for (let index = lastNotAfter(marks, start - 1) + 1; index < marks.length && (marks[index] ?? 0) < end; index++) found.push(index);
  return found;
}
