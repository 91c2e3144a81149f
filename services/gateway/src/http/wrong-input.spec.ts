import { API, DEFAULT_SETTINGS, OPERATION_IDS, type OperationId, type Problem } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices } from '../test/fake-services.js';
import { fieldsOf, parametersOf, typeOf, typesOf, WITH_BODY, withValue, type Json, type Path } from '../test/field-walk.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const OF_EVERY_TYPE: Json[] = [null, true, -1, 12.5, 1e308, '', 'text', [], ['text'], {}, { text: 1 }];
const ODD_WORDS = ['', 'x', '-1', '1e9', '99999999999', 'NaN', 'null', "' OR 1=1 --", '../../etc/passwd', 'x'.repeat(5_000), '%00', '\ud800'];

/** As the API names a place: `fileRules[0].file`. */
const nameOf = (path: Path) => path.map((step, at) => (step === 0 ? '[0]' : at === 0 ? step : `.${step}`)).join('');

const IN_KOREAN = expect.stringMatching(/[가-힣]/);
/** What somebody who reads Korean cannot read, or finds no remedy in. */
const inEnglish = ({ errors }: Problem) => errors.filter(({ message, remedy }) => ![message, remedy ?? ''].every((sentence) => /[가-힣]/.test(sentence)));

describe('input of the wrong kind', () => {
  let api: ServedApi;
  const services = new FakeServices(FAKES);
  beforeAll(async () => {
    const unlimited = { ...DEFAULT_SETTINGS, callsPerMinuteOfAddress: 1_000_000, callsPerMinuteOfUser: 1_000_000 };
    api = await serveForTest(services, new FakeAccounts(), new FakeRecords(unlimited));
  });
  afterAll(() => api.close());

  it.each(WITH_BODY)('in every field of %s is refused with the name of the field, or is of the right kind', async (id) => {
    const [path, , sent] = CALLS[id];
    for (const { path: place, schema } of fieldsOf(id)) {
      const types = typesOf(schema);
      for (const value of OF_EVERY_TYPE) {
        const { status, body } = await api.call(id, path, { ...sent, headers: { ...sent?.headers, 'accept-language': 'ko' }, body: withValue(sent?.body as Json, place, value) });
        if (status === 422) expect([nameOf(place), value, body.detail, ...inEnglish(body)]).toEqual([nameOf(place), value, IN_KOREAN]);
        expect([id, nameOf(place), value, status, body?.detail]).not.toEqual([id, nameOf(place), value, 500, expect.anything()]);
        if (types === undefined || types.has(typeOf(value))) continue;
        expect([nameOf(place), value, status]).toEqual([nameOf(place), value, 422]);
        const fields = body.errors.map(({ field }: { field: string }) => field as string);
        expect(fields.some((field: string) => nameOf(place).startsWith(field) || field.startsWith(nameOf(place)))).toBe(true);
      }
    }
  });

  it.each(WITH_BODY)('as the whole body of %s is refused', async (id) => {
    const [path, , sent] = CALLS[id];
    for (const body of ['null', '[]', '"text"', '12', 'true', '{"__proto__":{"role":"administrator"}}', '{"constructor":{"prototype":{"x":1}}}']) {
      const { status } = await api.call(id, path, { ...sent, body });
      expect([id, body, status]).toEqual([id, body, 422]);
    }
  });

  const withQuery = OPERATION_IDS.filter((id) => parametersOf(id, 'query').length > 0);
  it.each(withQuery)('in every parameter of %s never breaks anything', async (id) => {
    const [path, , sent] = CALLS[id];
    for (const name of parametersOf(id, 'query')) {
      for (const word of ODD_WORDS) {
        const { status } = await api.call(id, `${path.split('?')[0]}?${name}=${encodeURIComponent(word.toWellFormed())}`, sent);
        expect([id, name, word.slice(0, 30), status < 500]).toEqual([id, name, word.slice(0, 30), true]);
      }
      expect((await api.call(id, `${path.split('?')[0]}?${name}=1&${name}=2`, sent)).status).toBe(422);
    }
  });

  const withId = OPERATION_IDS.filter((id: OperationId) => parametersOf(id, 'path').length > 0);
  it.each(withId)('as an id of %s is refused, and nothing is asked for', async (id) => {
    services.asked.length = 0;
    const [path, , sent] = CALLS[id];
    for (const word of ['x', '0', '..%2f..%2fetc%2fpasswd', "1'%3BDROP%20TABLE%20run--", '%00', '%0d%0aSet-Cookie:a=b', '9e2f6d0c-1c1a-4f57-a6f1']) {
      const { status, headers } = await api.send(path.replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}(-1)?/, `/${word}`), { ...sent, method: API[id].method });
      expect([word, [404, 405, 422].includes(status)]).toEqual([word, true]);
      expect(headers['set-cookie']).toBeUndefined();
    }
    expect(services.asked).toEqual([]);
  });
});
