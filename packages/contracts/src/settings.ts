import { z } from 'zod';
import { says } from './own-words.js';
import { roleSchema } from './roles.js';

/** An address, or all that begin as it does: `10.20.0.0/16`, `2001:db8::/32`. */
export const networkSchema = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], says(
  'Expected an address or a network such as 10.20.0.0/16.', 'IP 주소나 10.20.0.0/16 같은 네트워크를 쓰세요.',
));

/** What administrators change while Tank runs; each takes effect in every replica within two seconds. */
export const settingsSchema = z.object({
  /** A version goes active only after somebody who did not write it has approved it. */
  requireApproval: z.boolean().default(false),
  /** Who has to have a second factor. */
  secondFactorFor: z.array(roleSchema).default([]),
  /** Who may look at recipients unmasked, which is written down each time. */
  unmaskedFor: z.array(roleSchema).default(['administrator', 'author', 'operator']),
  /** From where the API may be used; empty: from everywhere. */
  allowedNetworks: z.array(networkSchema).max(200).default([]),
  /** The most calls within a minute, from one address and of one user, at each replica. */
  callsPerMinuteOfAddress: z.int().min(10).max(1_000_000).default(6_000),
  callsPerMinuteOfUser: z.int().min(10).max(1_000_000).default(3_000),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;
export const SETTING_NAMES = Object.keys(settingsSchema.shape) as SettingName[];
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** Without the defaults, which would undo what a change leaves alone. */
export const settingsChangeSchema = z.object(
  Object.fromEntries(Object.entries(settingsSchema.shape).map(([name, field]) => [name, field.removeDefault().optional()])) as unknown as { [N in SettingName]: z.ZodOptional<z.ZodType<Settings[N]>> },
);
export type SettingsChange = Partial<Settings>;

/** A setting as it is, and who made it so; null where nobody did. */
export const settingSchema = z.object({
  name: z.string(),
  value: z.json(),
  byDefault: z.json(),
  changedBy: z.string().nullable(),
  changedAt: z.iso.datetime().nullable(),
});
export const settingChangeSchema = z.object({
  changeNo: z.int().positive(), name: z.string(), value: z.json(), userId: z.uuid(), userName: z.string(), reason: z.string().nullable(), at: z.iso.datetime(),
});
export type SettingChange = z.infer<typeof settingChangeSchema>;
