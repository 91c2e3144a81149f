import type { InBoth } from '@tank/contracts';
import { schemeOf } from './place-value.js';

/** What mail programs drop or warn of, and what would run or leave in a browser's preview. */
const REFUSED_TAGS = new Set(['script', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'form', 'base', 'noscript', 'template', 'svg', 'math', 'plaintext', 'xmp', 'noembed', 'noframes']);
const URL_ATTRIBUTES = new Set(['href', 'src', 'background', 'action', 'formaction', 'poster', 'cite', 'longdesc', 'srcset', 'data', 'xlink:href', 'ping', 'usemap', 'lowsrc', 'dynsrc']);
const RUNNING_SCHEMES = new Set(['javascript', 'vbscript', 'livescript', 'data', 'file', 'blob']);

export function isUrlAttribute(name: string): boolean {
  return URL_ATTRIBUTES.has(name.toLowerCase());
}

export function problemOfTag(name: string): InBoth | null {
  if (!REFUSED_TAGS.has(name.toLowerCase())) return null;
  return [
    `<${name}> has no place in a mail: mail programs drop it and spam filters count it. Use text, tables, links and images.`,
    `<${name}>은(는) 메일에 쓸 수 없습니다. 메일 프로그램이 지우고 스팸으로 판정될 수 있습니다. 텍스트, 표, 링크, 이미지를 쓰세요.`,
  ];
}

/** @param value as the template has it, entities decoded; columns in it stand as an "x" */
export function problemOfAttribute(tag: string, name: string, value: string): InBoth | null {
  const attribute = name.toLowerCase();
  if (attribute.startsWith('on')) {
    return [`"${name}" would run a script: mail programs drop it. Link to a page instead.`, `"${name}"은(는) 스크립트를 실행하므로 메일 프로그램이 지웁니다. 대신 페이지로 링크하세요.`];
  }
  if (attribute === 'srcdoc' || attribute === 'http-equiv' && value.trim().toLowerCase() === 'refresh') {
    return [`"${name}" has no place in a mail. Link to a page instead.`, `"${name}"은(는) 메일에 쓸 수 없습니다. 대신 페이지로 링크하세요.`];
  }
  const scheme = isUrlAttribute(attribute) ? schemeOf(value) : null;
  if (scheme === null || !RUNNING_SCHEMES.has(scheme)) return null;
  const isInlineImage = tag === 'img' && attribute === 'src' && /^\s*data:image\/(png|gif|jpeg|webp);/i.test(value);
  if (isInlineImage) return null;
  return [`"${name}" cannot lead to ${scheme}: — write an address that starts with https://.`, `"${name}"에는 ${scheme}: 주소를 쓸 수 없습니다. https://로 시작하는 주소를 쓰세요.`];
}
