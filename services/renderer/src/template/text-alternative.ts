import { compile, type DomNode, type FormatCallback } from 'html-to-text';

/** Makes the text that a mail program without HTML shows, from the HTML. Lines are not broken: Korean has no hyphens. */
export const textFromHtml = (html: string): string => toText(html).replace(/\u00a0/g, ' ').replace(/[ \t]+$/gm, '').replace(/\n{3,}/g, '\n\n').trim();

/** A row of a data table is one line, `항목 | 금액`; a row that only lays out paragraphs is as many lines as it needs. */
const tableRow: FormatCallback = (row, walk, builder) => {
  const cells = (row.children ?? []).filter((node: DomNode) => /^t[dh]$/.test(node.name ?? '')).filter(hasText);
  const isLine = cells.length > 1 && !cells.some(hasBlocks);
  builder.openBlock({ leadingLineBreaks: 1 });
  cells.forEach((cell: DomNode, index: number) => {
    if (isLine && index > 0) builder.addInline(' | ');
    if (!isLine) builder.openBlock({ leadingLineBreaks: 1 });
    walk(cell.children, builder);
    if (!isLine) builder.closeBlock({ trailingLineBreaks: 1 });
  });
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const imageText: FormatCallback = (image, _walk, builder) => {
  if (image.attribs?.alt) builder.addInline(image.attribs.alt);
};

const heading = { options: { uppercase: false } };
const toText = compile({
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: 2_000_000 },
  formatters: { tableRow, imageText },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
    { selector: 'img', format: 'imageText' },
    { selector: 'table', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'tr', format: 'tableRow' },
    { selector: 'title', format: 'skip' },
    { selector: 'style', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, ...heading })),
  ],
});

function hasText(node: DomNode): boolean {
  return node.type === 'text' ? (node.data ?? '').trim() !== '' : Boolean(node.attribs?.alt) || (node.children ?? []).some(hasText);
}

const BLOCKS = /^(table|p|div|h[1-6]|ul|ol|blockquote|pre|hr)$/;
function hasBlocks(node: DomNode): boolean {
  return (node.children ?? []).some((child) => BLOCKS.test(child.name ?? '') || hasBlocks(child));
}
