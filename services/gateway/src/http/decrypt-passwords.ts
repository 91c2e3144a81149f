import { API, encryptedPasswordSchema, passwordFieldsOf, type Operation, type OperationId } from '@tank/contracts';
import type { Accounts } from '../accounts/accounts.js';
import { ApiProblem, type Fault } from '../problem.js';
import type { Words } from '../words.js';

type PasswordOpener = Pick<Accounts['passwordKeys'], 'plain' | 'open' | 'use'>;

const NOT_READABLE: Words = ['The encrypted password cannot be read: it is not encrypted to our key, was changed, came a second time, or is older than two minutes.', '암호화된 비밀번호를 읽을 수 없습니다. Tank의 키로 암호화되지 않았거나, 변경되었거나, 이미 사용되었거나, 2분이 지났습니다.'];
const FETCH_A_KEY: Words = ['Fetch a new key and nonce (GET /api/session/key), encrypt with them and send it once.', 'GET /api/session/key 로 새 키와 nonce를 받아 암호화한 뒤 한 번만 보내세요.'];
const NOT_ENCRYPTED: Words = ['The password came unencrypted, which PLAIN_PASSWORDS forbids here.', '비밀번호가 암호화되지 않았습니다. 이 서버는 암호화를 요구합니다(PLAIN_PASSWORDS).'];
const ENCRYPT: Words = ['Encrypt it to the key of GET /api/session/key and send {"encrypted": "…"}.', 'GET /api/session/key 의 키로 암호화하여 {"encrypted": "…"} 형식으로 보내세요.'];

/** One nonce is good for all the passwords of one request. */
type Opened = { name: string } & ({ password: string; nonce: string } | { fault: Fault; code: 'PASSWORD_NOT_READABLE' | 'PASSWORD_NOT_ENCRYPTED' });

/**
 * The body with every encrypted password in clear: the only place where that happens, before anything looks into the body.
 * @throws ApiProblem PASSWORD_NOT_READABLE, PASSWORD_NOT_ENCRYPTED, naming the fields
 */
export async function decryptPasswords(id: OperationId, body: unknown, opener: PasswordOpener): Promise<unknown> {
  const { body: schema }: Operation = API[id];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const values = body as Record<string, unknown>;
  const names = passwordFieldsOf(schema).filter((name) => Object.hasOwn(values, name));
  const opened = (await Promise.all(names.map((name) => open(name, values[name], opener)))).filter((one) => one !== undefined);
  const read = opened.filter((one) => 'password' in one);
  const spent = new Set(await spentOf([...new Set(read.map(({ nonce }) => nonce))], opener));
  const wrong = [...opened.filter((one) => 'fault' in one), ...read.filter(({ nonce }) => spent.has(nonce)).map(({ name }) => unreadable(name))];
  if (wrong.length > 0) throw refused(wrong.map(({ fault }) => fault), wrong[0]!.code);
  return { ...values, ...Object.fromEntries(read.map(({ name, password }) => [name, password])) };
}

async function open(name: string, value: unknown, opener: PasswordOpener): Promise<Opened | undefined> {
  if (typeof value === 'string') return opener.plain === 'refuse' ? { name, code: 'PASSWORD_NOT_ENCRYPTED', fault: { field: name, message: NOT_ENCRYPTED, remedy: ENCRYPT } } : undefined;
  const { data } = encryptedPasswordSchema.safeParse(value);
  if (!data) return undefined; // of no form that we know: the check of the input says so
  const plaintext = await opener.open(data.encrypted);
  return plaintext ? { name, ...plaintext } : unreadable(name);
}

async function spentOf(nonces: string[], opener: PasswordOpener): Promise<string[]> {
  const isFresh = await Promise.all(nonces.map((nonce) => opener.use(nonce)));
  return nonces.filter((_, at) => !isFresh[at]);
}

function unreadable(name: string) {
  return { name, code: 'PASSWORD_NOT_READABLE' as const, fault: { field: name, message: NOT_READABLE, remedy: FETCH_A_KEY } };
}

function refused(faults: Fault[], code: 'PASSWORD_NOT_READABLE' | 'PASSWORD_NOT_ENCRYPTED'): ApiProblem {
  const [first] = faults;
  return new ApiProblem({ status: 422, code, detail: first!.message, remedy: first!.remedy, field: first!.field, faults });
}
