import { z } from 'zod';

const versions = z.record(z.string(), z.string());
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ resolved: z.string().optional(), optionalDependencies: versions.optional() })),
});
/** An override is a version, or a package's own map of them. */
const overrides: z.ZodType<unknown> = z.record(z.string(), z.union([z.string(), z.lazy(() => overrides)]));
const manifest = z.object({
  dependencies: versions.optional(),
  devDependencies: versions.optional(),
  optionalDependencies: versions.optional(),
  overrides: overrides.optional(),
});

/**
 * A platform package that some package names as optional and the lock file does not hold: `npm install` passes and then
 * `npm ci` fails on it, on some machine of somebody else's. One sentence per package; peers that nobody installs excepted.
 */
export function missingPlatformPackages(lock: unknown): string[] {
  const { packages } = lockfile.parse(lock);
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isHeld(packages, path, name))
      .map((name) => `${path || 'package.json'} names the optional ${name}, which package-lock.json does not hold`),
  );
}

/** Looks where Node would: beside the package, then in every node_modules above it. */
function isHeld(packages: Record<string, unknown>, path: string, name: string): boolean {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (`${base ? `${base}/` : ''}node_modules/${name}` in packages) return true;
    if (base === '') return false;
  }
}

/** Entries that say from which host they came: they would make every other machine fetch from there. */
export function registryHosts(lock: unknown): string[] {
  const { packages } = lockfile.parse(lock);
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved && /^[a-z+]+:\/\//.test(resolved))
    .map(([path, { resolved }]) => `${path} is bound to ${resolved}`);
}

/** Versions in a package.json that are not one exact version. */
export function looseVersions(file: string, contents: unknown): string[] {
  const { overrides: over, ...groups } = manifest.parse(contents);
  const all = [...Object.values(groups), ...(over ? [flatten(over)] : [])].flatMap((group) => Object.entries(group ?? {}));
  return all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)).map(([name, version]) => `${file}: ${name} is "${version}", not one exact version`);
}

function flatten(group: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(group as Record<string, unknown>).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : Object.entries(flatten(value)))),
  );
}
