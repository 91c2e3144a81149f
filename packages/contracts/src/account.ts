import { z } from 'zod';
import { says } from './own-words.js';
import { passwordFieldSchema } from './password-field.js';
import { revisionSchema } from './revision.js';
import { roleSchema } from './roles.js';

/** Upper and lower case are the same name. */
const nameSchema = z.string().trim().normalize('NFC').toLowerCase();
/** What somebody signs in with. */
export const userNameSchema = nameSchema.regex(
  /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u,
  says(
    'A name has 1 to 64 letters, figures, ".", "_", "@" or "-", and begins with a letter or figure.',
    '이름은 글자, 숫자, ".", "_", "@", "-" 1~64자이며 글자나 숫자로 시작합니다.',
  ),
);
/** The most is there to bound the work, not the password. What makes a new one good enough is the gateway's to say. */
const passwordSchema = passwordFieldSchema(z.string().min(1).max(200));
const displayNameSchema = z.string().trim().min(1).max(100);
const emailSchema = z.email().max(320);

/** Everything is in it that nobody has put elsewhere; so is everybody whom nobody has. */
export const DEFAULT_GROUP = '00000000-0000-4000-8000-000000000001';
/** A folder below the file root as file rules name it, with all that is in it; '' is the whole root. What an author on Windows writes is taken, as in a rule. */
export const folderSchema = z.string().max(1000).normalize('NFC').overwrite((folder) => folder.replaceAll('\\', '/').split('/').filter((name) => name !== '' && name !== '.').join('/')).regex(
  /^(?!(?:.*\/)?\.[. ]+(?:\/|$))(?![A-Za-z]:)[^*?{}\p{Cc}]*$/u,
  says(
    'A folder is written as it is below the file root, such as "cards/statements": without "..", a drive, "*", "?", "{" or "}".',
    '폴더는 "cards/statements"처럼 파일 루트 아래의 경로로 쓰세요. "..", 드라이브, "*", "?", "{", "}"는 쓸 수 없습니다.',
  ),
);
export const groupSchema = z.object({
  groupId: z.uuid(),
  name: z.string().trim().min(1).max(100),
  /** Whose files the file rules of its automations may name; none: no files at all. */
  folders: z.array(folderSchema).max(100),
  createdAt: z.iso.datetime(),
});
export type Group = z.infer<typeof groupSchema>;

/** Who did something, as it is written down with what was done; the name stays what it was then. */
export const actorSchema = z.object({ userId: z.uuid(), name: z.string() });
export type Actor = z.infer<typeof actorSchema>;

export const userSchema = z.object({
  userId: z.uuid(),
  name: z.string(),
  displayName: z.string(),
  /** Where test mails go to. */
  email: z.string().nullable(),
  role: roleSchema,
  /** Whose automations and connections the user sees; administrators see all. */
  groups: z.array(z.uuid()),
  disabled: z.boolean(),
  /** The password is temporary: nothing else is allowed before it is changed. */
  mustChangePassword: z.boolean(),
  /** A code is asked for beside the password. */
  secondFactor: z.boolean(),
  /** Signs in at the identity provider, which also says the role. */
  ofProvider: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().nullable(),
  revision: revisionSchema,
});
export type User = z.infer<typeof userSchema>;
/** As administrators see it. */
export const managedUserSchema = userSchema.extend({
  /** Until when the name is locked after too many wrong passwords. */
  lockedUntil: z.iso.datetime().nullable(),
});
export type ManagedUser = z.infer<typeof managedUserSchema>;

export const sessionSchema = z.object({
  sessionId: z.uuid(),
  /** The one that asks. */
  current: z.boolean(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  /** However often it is used. */
  expiresAt: z.iso.datetime(),
  address: z.string(),
  userAgent: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Six digits of the authenticator app, or a recovery code. */
const codeSchema = z.string().trim().min(6).max(20);

export const credentialsSchema = z.object({
  name: nameSchema.min(1).max(200),
  password: passwordSchema,
  /** Of the second factor, where the user has one. */
  code: codeSchema.optional(),
});
/** The refresh token is in a cookie that no script can read. */
export const signedInSchema = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  /** Of the access token. */
  expiresAt: z.iso.datetime(),
  user: userSchema,
});
export type SignedIn = z.infer<typeof signedInSchema>;
export const passwordChangeSchema = z.object({ currentPassword: passwordSchema, newPassword: passwordSchema });

export const currentPasswordSchema = z.object({ currentPassword: passwordSchema });
/** Shown once, to be typed or scanned: `secret` in base32, `uri` (otpauth://) for the QR code. */
export const newSecondFactorSchema = z.object({ secret: z.string(), uri: z.string() });
export type NewSecondFactor = z.infer<typeof newSecondFactorSchema>;
export const secondFactorCodeSchema = z.object({ code: codeSchema });
/** Shown once; each is good once, in place of a code. */
export const recoveryCodesSchema = z.object({ user: userSchema, recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;
export const secondFactorRemovalSchema = z.object({ currentPassword: passwordSchema, code: codeSchema });

/** What the button of the identity provider says; null where none is set. */
export const providerSchema = z.object({ name: z.string() }).nullable();
export type Provider = z.infer<typeof providerSchema>;
/** Where the browser goes on; of the callback with what went wrong, whose code is also in the address as `signInProblem`. */
export const providerRedirectSchema = z.object({
  location: z.string(),
  problem: z.object({ code: z.string(), detail: z.string(), remedy: z.string().nullable() }).nullable(),
});

/** For one request that has passwords in it: the public key to encrypt to, and what goes into each text, until `expiresAt`. */
export const passwordKeySchema = z.object({
  key: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), use: z.literal('enc'), alg: z.literal('ECDH-ES'), kid: z.string() }),
  nonce: z.string(),
  expiresAt: z.iso.datetime(),
});
export type PasswordKey = z.infer<typeof passwordKeySchema>;

export const userInputSchema = z.object({
  name: userNameSchema,
  /** Absent: the name. */
  displayName: displayNameSchema.optional(),
  email: emailSchema.nullable().default(null),
  role: roleSchema,
  groups: z.array(z.uuid()).max(1000).default([DEFAULT_GROUP]),
  /** Told to the user in person, who must change it at the first sign-in. */
  temporaryPassword: passwordSchema,
});
export type UserInput = z.infer<typeof userInputSchema>;
/** Absent fields stay. */
export const userChangeSchema = z.object({
  displayName: displayNameSchema.optional(),
  email: emailSchema.nullable().optional(),
  role: roleSchema.optional(),
  /** All of them: a group that is not named is left. */
  groups: z.array(z.uuid()).max(1000).optional(),
  disabled: z.boolean().optional(),
  temporaryPassword: passwordSchema.optional(),
  /** Takes it away, such as after a lost telephone; the user's sessions end. */
  secondFactor: z.literal('off').optional(),
});
export type UserChange = z.infer<typeof userChangeSchema>;
