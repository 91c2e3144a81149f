import { z } from 'zod';
import { says } from './own-words.js';

/** A password as JWE (compact form; ECDH-ES, A256GCM) to the key of GET /api/session/key; in it is `{"password","nonce"}` as JSON. */
export const encryptedPasswordSchema = z.strictObject({
  encrypted: z.string().max(20_000).regex(/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/, says('Expected a JWE in its compact form.', 'compact 형식의 JWE를 쓰세요.')),
});

const fields = new WeakSet<z.ZodType>();

/**
 * Marks a text as a password. Services give and take it as it is; people may also write it encrypted (`strictly`), and the
 * gateway has decrypted it before anybody sees it.
 */
export function passwordFieldSchema(text: z.ZodString): z.ZodString {
  fields.add(text);
  return text;
}

export function isPasswordField(schema: z.ZodType): schema is z.ZodString {
  return fields.has(schema);
}

const encryptable = new WeakSet<z.ZodType>();

/** A password as people write it. It is decrypted before it is checked: what comes out is the text. */
export function orEncrypted(text: z.ZodString): z.ZodType {
  const schema = z.union([text, encryptedPasswordSchema]);
  encryptable.add(schema);
  return schema;
}

/** Names of the fields of a body that may come encrypted. */
export function passwordFieldsOf(body: z.ZodObject | undefined): string[] {
  return Object.entries(body?.shape ?? {}).flatMap(([name, field]) => (encryptable.has(innermost(field as z.ZodType)) ? [name] : []));
}

function innermost(schema: z.ZodType): z.ZodType {
  const isWrapper = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  return isWrapper ? innermost(schema.def.innerType as z.ZodType) : schema;
}
