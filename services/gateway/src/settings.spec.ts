import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { serviceConfigShape } from '@tank/messaging';
import { SERVICES } from '@tank/contracts';

const root = join(import.meta.dirname, '../../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const REQUIRED = '*required · 필수*';
const NONE = '–';

/** What a service starts with where it needs a value. A new setting that is required gets one here. */
const GIVEN = {
  NATS_URL: 'nats://127.0.0.1:4222',
  LOGS_DB_URL: 'postgres://user:password@127.0.0.1:5432/tank',
  TANK_SESSION_KEY: Buffer.alloc(32).toString('base64'),
  TANK_SECRET_KEY: Buffer.alloc(32).toString('base64'),
  FILE_ROOT_PATH: '/files',
  SES_REGION: 'ap-northeast-2',
  SES_ACCESS_KEY: 'id',
  SES_SECRET_KEY: 'secret',
};

type Settings = Record<string, string>;
type Read = (env: NodeJS.ProcessEnv) => Record<string, unknown>;

/** Name → default of one chapter's table, as the page writes it without the backticks. */
function onPage(chapter: string): Settings {
  const text = textOf('docs/settings.md').split(/^## /m).find((part) => part.startsWith(`${chapter}\n`)) ?? '';
  const rows = [...text.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \| ([^|\n]+) \| ([^|\n]+) \| ([^|\n]+) \|$/gm)];
  for (const [row, , , english, korean] of rows) if (!/[a-z]{2}/.test(english!) || !/[가-힣]/.test(korean!)) throw new Error(`Not in both languages: ${row}`);
  return Object.fromEntries(rows.map(([, name, byDefault]) => [name!, byDefault!.replaceAll('`', '')]));
}

/** Name → default of a service, found out by starting it with nothing and with no more than it needs. */
async function inCode(service: string): Promise<Settings> {
  const [path] = globSync(`services/${service}/src/*.config.ts`, { cwd: root });
  const config = (await import(join(root, path!))) as Record<string, Read>;
  const read = Object.values(config).find((value) => typeof value === 'function')!;
  const required = [...complaintOf(read).matchAll(/^ {2}- ([A-Z0-9_]+) is missing/gm)].map(([, name]) => name!);
  const values = Object.entries(read(GIVEN)).filter(([name]) => /^[A-Z0-9_]+$/.test(name));
  return Object.fromEntries(values.map(([name, value]) => [name, required.includes(name) ? REQUIRED : String(value ?? NONE)]));
}

function complaintOf(read: Read): string {
  try {
    read({});
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function without(settings: Settings, names: string[]): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}

/** The names that a program reads from the environment, where no schema says them. */
function namesIn(pattern: RegExp, files: string): string[] {
  const sources = globSync(files, { cwd: root }).filter((path) => !basename(path).includes('.spec.'));
  return [...new Set(sources.flatMap((path) => [...textOf(path).matchAll(pattern)].map(([, name]) => name!)))].toSorted();
}

describe('docs/settings.md', () => {
  const common = Object.keys(serviceConfigShape);

  it.each([...SERVICES])('has every setting of %s with its default, and no other', async (service) => {
    expect(onPage(service)).toEqual(without(await inCode(service), common));
  });

  it.each([...SERVICES])('has the settings that %s shares with every service', async (service) => {
    const all = await inCode(service);
    expect(onPage('Every service · 모든 서비스')).toEqual(without(all, Object.keys(all).filter((name) => !common.includes(name))));
  });

  it('has what the traces read', () => {
    expect(Object.keys(onPage('Traces · 추적')).toSorted()).toEqual(namesIn(/process\.env\.([A-Z0-9_]+)/g, 'packages/telemetry/src/*.ts'));
  });

  it('has every setting of npm start with its default, and no other', () => {
    const [, shape = ''] = /const environment = z\.object\(\{\n([\s\S]*?)\n\}\);/.exec(textOf('embedded/environment.ts')) ?? [];
    const settings = [...shape.matchAll(/^ {2}([A-Z0-9_]+): (.*),$/gm)].map(([, name, schema]) => [name!, /\.default\('([^']*)'\)/.exec(schema!)?.[1] ?? NONE]);
    expect(settings.length).toBeGreaterThan(0);
    expect(onPage('npm start')).toEqual(Object.fromEntries(settings));
  });
});
