/** A header is one line: whatever a row's value holds, it starts no other. */
export function oneLine(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}

/** A name, not a path; and no marks that show `…fdp.exe` as `…exe.pdf`. */
export function shownFileName(name: string): string {
  return oneLine(name.replace(/[/\\]/g, '_').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')).normalize('NFC') || 'attachment';
}
