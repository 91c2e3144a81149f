import { z } from 'zod';
import { automationSchema, fileRuleSchema, queryDefinitionSchema, recipientSchema, senderSchema, templateSchema, updateDefinitionSchema } from './automation.js';
import { scheduleInputSchema } from './run.js';

const sqlSchema = queryDefinitionSchema.pick({ sql: true });

/**
 * An automation as a file, for another Tank or for later. It has no ids, no password, and nothing that only holds where it was
 * made: the connection is named by its name, queries are to be tested again, schedules are switched on by hand.
 */
export const automationFileSchema = z.object({
  format: z.literal('tank-automation'),
  /** Raised when an older Tank would misread it. */
  formatVersion: z.literal(1),
  name: automationSchema.shape.name,
  description: automationSchema.shape.description,
  /** The name of its connection; null: none is chosen. */
  connection: z.string().max(100).nullable(),
  definition: z.object({
    recipient: recipientSchema.nullable(),
    sender: senderSchema.nullable(),
    target: sqlSchema.nullable(),
    mapping: sqlSchema.nullable(),
    update: updateDefinitionSchema.pick({ sql: true, after: true }).nullable(),
    fileRules: z.array(fileRuleSchema).max(20),
    template: templateSchema.nullable(),
    serial: z.boolean(),
    priority: z.int().min(0).max(9),
    resendWhenInDoubt: z.boolean(),
    allowParallelRuns: z.boolean(),
  }),
  schedules: z.array(scheduleInputSchema.omit({ automationId: true, enabled: true })).max(100),
});
export type AutomationFile = z.infer<typeof automationFileSchema>;
