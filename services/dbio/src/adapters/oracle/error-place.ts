type Width = (character: string) => number;

/** How long one character may be for whoever counted: the parser counts in the character set of its database. */
const WIDTHS: Width[] = [
  () => 1,
  (character) => Buffer.byteLength(character), // AL32UTF8
  (character) => (character.charCodeAt(0) < 0x80 ? 1 : 2), // KO16MSWIN949
  (character) => character.length, // UTF-16
];

/**
 * Where in the text an error is, in UTF-16 units. Oracle does not say in which unit it counts; before Korean text the
 * answers differ, and the right one is where the name that the error quotes stands, or else where some word begins.
 */
export function placeInText(text: string, offset: number, message: string): number {
  const places = WIDTHS.map((width) => unitAt(text, offset, width)).filter((place) => place !== undefined);
  const quoted = /"([^"]+)": invalid identifier/.exec(message)?.[1];
  return places.find((place) => quoted !== undefined && startsWith(text, place, quoted)) ?? places.find((place) => beginsWord(text, place)) ?? places[0] ?? text.length;
}

function unitAt(text: string, offset: number, width: Width): number | undefined {
  let counted = 0;
  let unit = 0;
  for (const character of text) {
    if (counted >= offset) break;
    counted += width(character);
    unit += character.length;
  }
  return counted === offset ? unit : undefined;
}

function startsWith(text: string, place: number, name: string): boolean {
  return text.slice(place).replace(/^"/, '').toUpperCase().startsWith(name.toUpperCase());
}

function beginsWord(text: string, place: number): boolean {
  return !/[\p{L}\p{N}_$#]$/u.test(text.slice(0, place)) && /^\S/.test(text.slice(place));
}
