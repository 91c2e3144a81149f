import type { Words } from '../words.js';

export const PASSWORD_LENGTH = 12;

/** What is wrong with a new password, or undefined. Length is what makes one hard to guess; a name repeated adds none. */
export function passwordFault(password: string, name: string): Words | undefined {
  const rest = password.normalize('NFKC').toLowerCase().replaceAll(name.normalize('NFKC').toLowerCase(), '');
  if ([...rest].length >= PASSWORD_LENGTH) return undefined;
  return [
    `The password is too short: take at least ${PASSWORD_LENGTH} characters, not counting the name "${name}" in it.`,
    `비밀번호가 너무 짧습니다. 이름 "${name}"을(를) 빼고 ${PASSWORD_LENGTH}자 이상이어야 합니다.`,
  ];
}
