import { z } from 'zod';
import { isPasswordField, orEncrypted } from './password-field.js';

/**
 * The same schema, refusing unknown fields at every depth: a misspelt `onMising` in a request is an error, not a default.
 * Messages between services stay lenient; only what people write goes through here. Checks, defaults and types are kept. Passwords
 * may come encrypted (the gateway decrypts them before the check).
 */
export function strictly<T extends z.ZodType>(schema: T): T {
  return strict(schema) as T;
}

function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => [name, strict(field as z.ZodType)]);
    return rebuilt(schema, { shape: Object.fromEntries(fields), catchall: z.never() });
  }
  if (schema instanceof z.ZodArray) return rebuilt(schema, { element: strict(schema.element as z.ZodType) });
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return rebuilt(schema, { innerType: strict(schema.def.innerType as z.ZodType) });
  }
  return isPasswordField(schema) ? orEncrypted(schema) : schema;
}

function rebuilt(schema: z.ZodType, changes: Record<string, unknown>): z.ZodType {
  // The getter of a default must survive: a spread would freeze one shared value.
  const def = Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(schema.def), ...Object.getOwnPropertyDescriptors(changes) });
  return z.clone(schema, def as z.ZodType['def']);
}
