import { RootUnreachable } from '../root-unreachable.js';
import { onRoot } from './file-system-errors.js';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('work on the file root', () => {
  it.each(['EIO', 'ESTALE', 'ENOTCONN', 'EHOSTDOWN', 'ETIMEDOUT'])('is away at %s', async (code) => {
    const error: unknown = await onRoot(failing(code), 1000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RootUnreachable);
    expect(error).toMatchObject({ message: expect.stringContaining(code), remedy: expect.stringContaining('mounted') });
  });

  it('keeps an error that says something about the file', async () => {
    await expect(onRoot(failing('ENOENT'), 1000)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is away when it does not answer at all', async () => {
    await expect(onRoot(() => new Promise(() => undefined), 20)).rejects.toThrow('did not answer within 20 ms');
  });
});
