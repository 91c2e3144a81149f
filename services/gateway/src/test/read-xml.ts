/** An element of a document, with its text where it has no elements in it. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const TOKEN = /<\?xml [^?]*\?>\s*|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Reads a document as strictly as a spreadsheet does: what is not well-formed throws. No comments, no CDATA: our files have none. */
export function readXml(xml: string): Element {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml) || !xml.isWellFormed()) throw new Error('A character that XML cannot hold.');
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  for (let at = (TOKEN.lastIndex = 0); at < xml.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(xml);
    if (!token) throw new Error(`Not well-formed at ${at}: ${xml.slice(at, at + 40)}`);
    const [, close, name, attributes = '', isEmpty, text] = token;
    if (text !== undefined) open.at(-1)!.text += plain(text);
    else if (close) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes what it has not opened.`);
    } else if (name !== undefined) {
      const element = { name, attributes: Object.fromEntries([...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, key, value]) => [key, plain(value!)])), children: [], text: '' };
      open.at(-1)!.children.push(element);
      if (!isEmpty) open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('Not one whole document.');
  return root.children[0]!;
}

function plain(text: string): string {
  return text.replace(/&(\w*);?/g, (_, name: string) => {
    if (!(name in ENTITIES)) throw new Error(`&${name} is no entity.`);
    return ENTITIES[name]!;
  });
}

/** All elements of a name, at any depth. */
export function elementsOf(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elementsOf(child, name)]);
}
