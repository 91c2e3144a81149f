import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { askPassword } from './ask-password.js';

function terminal() {
  const shown: string[] = [];
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (isRaw: boolean) => raw.push(isRaw) });
  return { input, output: { write: (text: string) => shown.push(text) }, shown, raw };
}

describe('the password', () => {
  it('is asked for without being shown, corrections included', async () => {
    const place = terminal();
    const asked = askPassword('Password: ', place);
    place.input.write('s3xx\u007f\u007fcr');
    place.input.write('ét비\r');
    expect(await asked).toBe('s3crét비');
    expect(place.shown).toEqual(['Password: ', '\n']);
    expect(place.raw).toEqual([true, false]);
  });

  it('ends at the first line of what was pasted', async () => {
    const place = terminal();
    const asked = askPassword('', place);
    place.input.write('pasted\nsecond line\n');
    expect(await asked).toBe('pasted');
  });

  it('is not there after Ctrl-C or the end of the input', async () => {
    const interrupted = terminal();
    const asked = askPassword('', interrupted);
    interrupted.input.write('s3\u0003');
    expect(await asked).toBeNull();
    const closed = terminal();
    const other = askPassword('', closed);
    closed.input.end();
    expect(await other).toBeNull();
    expect(closed.raw).toEqual([true, false]);
  });

  it('cannot be asked for where there is no terminal', async () => {
    expect(await askPassword('Password: ', { input: new PassThrough(), output: { write: () => true } })).toBeNull();
  });
});
