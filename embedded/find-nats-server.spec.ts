import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSha256, findNatsServer, onPath, usualSources } from './find-nats-server.ts';

describe('finding nats-server', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'find-nats-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const program = (name: string, version: string) => {
    const path = join(dir, name);
    writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const source = (name: string, path: string | Error, asked: string[]) => ({
    name,
    find: async () => {
      asked.push(name);
      if (path instanceof Error) throw path;
      return path;
    },
  });

  it('looks on the PATH, then in its cache, then at Debian, then at the release', () => {
    expect(usualSources([], () => {}).map(({ name }) => name)).toEqual(['PATH', 'downloaded earlier', "Debian's package", 'release 2.12.15']);
  });

  it('asks one source after the other and stops at the first that has one', async () => {
    const asked: string[] = [];
    const good = program('nats-server', '2.12.15');
    const found = await findNatsServer({ cacheDirs: [], sources: [source('a', new Error('none'), asked), source('b', good, asked), source('c', good, asked)] });
    expect([found, asked]).toEqual([good, ['a', 'b']]);
  });

  it('passes over a server older than 2.9', async () => {
    const good = program('new', '2.9.10');
    const sources = [source('old', program('old', '2.8.4'), []), source('new', good, [])];
    expect(await findNatsServer({ cacheDirs: [], sources })).toBe(good);
  });

  it('says in one message what each source lacked and what to do', async () => {
    const sources = [source('PATH', new Error('no program nats-server'), []), source('release', new Error('no network'), [])];
    await expect(findNatsServer({ cacheDirs: [], sources })).rejects.toThrow(/apt-get install nats-server[\s\S]*NATS_URL[\s\S]*PATH: no program nats-server[\s\S]*release: no network/);
  });

  it('uses again what it fetched earlier', async () => {
    const kept = program('nats-server', '2.9.10');
    expect(await findNatsServer({ cacheDirs: ['/nonexistent', dir], sources: usualSources(['/nonexistent', dir], () => {}).slice(1, 2) })).toBe(kept);
  });

  it('takes only what is executable from the PATH', () => {
    writeFileSync(join(dir, 'nats-server'), '');
    expect(() => onPath(`/nonexistent:${dir}`)).toThrow('no program nats-server');
    chmodSync(join(dir, 'nats-server'), 0o755);
    expect(onPath(`/nonexistent:${dir}`)).toBe(join(dir, 'nats-server'));
  });

  it('refuses a download that is not the one that was checked', () => {
    expect(() => checkSha256(Buffer.from('something else'), '58ab8131')).toThrow('it was not used');
  });
});
