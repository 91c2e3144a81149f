/** A terminal, or what stands for one in a test. */
export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  output: { write(text: string): unknown };
}

const ENTER = /[\r\n\u0004]/;
const INTERRUPT = '\u0003';
const RUBBED_OUT = new Set(['\u0008', '\u007f']);

/** Asks without showing what is typed. null where nobody can be asked, or whoever was asked gave up (Ctrl-C). */
export async function askPassword(prompt: string, { input, output }: Terminal): Promise<string | null> {
  if (!input.isTTY || !input.setRawMode) return null;
  output.write(prompt);
  input.setRawMode(true);
  input.setEncoding('utf8');
  try {
    return await typedLine(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

async function typedLine(input: Terminal['input']): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let typed: string[] = [];
  const take = (chunk: string | Buffer) => {
    for (const character of String(chunk)) {
      if (ENTER.test(character)) return resolve(typed.join(''));
      if (character === INTERRUPT) return resolve(null);
      typed = RUBBED_OUT.has(character) ? typed.slice(0, -1) : [...typed, character];
    }
  };
  const end = () => resolve(null);
  input.on('data', take).once('end', end);
  input.resume();
  return promise.finally(() => input.removeListener('data', take).removeListener('end', end));
}
