const UNSAFE = /[&<>"']/g;
const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe between tags and in quoted attribute values alike. */
export function escapeHtml(text: string): string {
  return text.replace(UNSAFE, (char) => ESCAPED[char] ?? char);
}
