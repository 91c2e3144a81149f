import { FileClaims } from './file-claims.js';

const file = (identity: string, sha256: string) => ({ identity, sha256 });

describe('claims on files', () => {
  it('give a file to one mail of a run, by place and by content', () => {
    const claims = new FileClaims();
    expect(claims.take('run', 'a', file('1:1', 'x'))).toBe(true);
    expect(claims.take('run', 'b', file('1:1', 'y'))).toBe(false);
    expect(claims.take('run', 'b', file('1:2', 'x'))).toBe(false);
    expect(claims.take('run', 'b', file('1:3', 'z'))).toBe(true);
  });

  it('stay with a mail that comes again', () => {
    const claims = new FileClaims();
    claims.take('run', 'a', file('1:1', 'x'));
    expect(claims.take('run', 'a', file('1:1', 'x'))).toBe(true);
  });

  it('keep runs apart', () => {
    const claims = new FileClaims();
    claims.take('run', 'a', file('1:1', 'x'));
    expect(claims.take('other', 'b', file('1:1', 'x'))).toBe(true);
  });

  it('forget the oldest of the run that was used least recently', () => {
    const claims = new FileClaims(4);
    claims.take('old', 'a', file('1:1', 'x'));
    claims.take('new', 'b', file('1:2', 'y'));
    claims.take('new', 'c', file('1:3', 'z'));
    expect(claims.take('new', 'd', file('1:2', 'y'))).toBe(false);
    expect(claims.take('old', 'e', file('1:1', 'x'))).toBe(true);
  });
});
