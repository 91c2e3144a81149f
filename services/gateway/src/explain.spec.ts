import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@tank/contracts';
import { OF_MAILS, OF_RUNS } from './code-words.js';
import { FakeServices } from './test/fake-services.js';
import { CALLS, FAKES } from './test/sample-calls.js';
import * as sample from './test/samples.js';
import { serveForTest, type ServedApi } from './test/served-api.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/what-can-go-wrong.md'), 'utf8');
/** Codes that the page names as the reason of a run, by the status in front, or as a trouble of a source. */
const ofRunsOnPage = [...page.matchAll(/^\| `([A-Z_]+)` \| (\(`(?:FAIL|PAUSED|WAITING|RUNNING|CANCELED)`)?/gm)].filter(([, code, status]) => status !== undefined || code!.startsWith('SOURCE_')).map(([, code]) => code!);

describe('what a code means', () => {
  it.each([...Object.entries(OF_MAILS), ...Object.entries(OF_RUNS)])('is said of %s in both languages, with a remedy', (code, { message, remedy }) => {
    for (const [english, korean] of [message, remedy]) {
      expect(english).toMatch(/^[A-Z][^가-힣]+\.$/);
      expect(korean).toMatch(/[가-힣].*\.$/);
    }
    expect(page).toContain(`\`${code}\``);
  });

  it('is said of every code that a mail or a run can have', () => {
    expect(ERROR_CODES.filter((code) => !(code in OF_MAILS))).toEqual([]);
    expect(ofRunsOnPage.length).toBeGreaterThan(30);
    expect(ofRunsOnPage.filter((code) => !(code in OF_RUNS) && code !== 'SOURCE_PASSWORD_EXPIRES')).toEqual([]); // a warning, no reason
  });
});

describe('an answer', () => {
  const services = new FakeServices({
    ...FAKES,
    'logs.get-mail': () => ({ ...sample.mailWithTrail, outcome: 'FAIL', errorCode: 'BAD_ADDRESS', errorDetail: 'It has no "@".' }),
    'logs.list-mails': () => ({ items: [{ ...sample.mail, outcome: 'FAIL', errorCode: 'BAD_ADDRESS', errorDetail: 'It has no "@".' }], next: null }),
    'scheduler.get-run': () => ({ ...sample.run, status: 'FAIL', reasonCode: 'NOT_FOUND', reason: 'No file.' }),
    'scheduler.list-runs': () => ({ items: [{ ...sample.run, status: 'PAUSED', reasonCode: 'constructor', reason: 'A code that nobody knows.' }, sample.run], next: null }),
  });
  let api: ServedApi;
  beforeAll(async () => void (api = await serveForTest(services)));
  afterAll(() => api.close());
  const read = async (id: 'getMail' | 'searchMails' | 'listRunMails' | 'getRun' | 'listRuns', language: string) => (await api.call(id, CALLS[id][0], { headers: { 'accept-language': language } })).body;

  it('of a mail explains its code in the language of the reader', async () => {
    const explanation = { message: '발송할 수 있는 메일 주소가 아니어서 발송하지 않았습니다.', remedy: '데이터의 주소를 고치세요.' };
    expect(await read('getMail', 'ko')).toMatchObject({ explanation, errorDetail: 'It has no "@".' });
    expect((await read('searchMails', 'ko')).items).toMatchObject([{ explanation }]);
    expect((await read('listRunMails', 'ko')).items).toMatchObject([{ explanation }]);
    expect((await read('getMail', 'en')).explanation.remedy).toBe('Correct it in the data.');
  });

  it('of a run explains its reason, and says nothing of a code that it does not know', async () => {
    expect((await read('getRun', 'ko')).explanation.message).toBe('규칙에 맞는 파일이 없습니다.');
    expect((await read('getRun', 'en')).explanation.message).toBe('No file matches a rule.');
    expect((await read('listRuns', 'ko')).items).toMatchObject([{ explanation: null }, { explanation: null }]);
  });
});
