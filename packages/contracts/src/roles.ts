import { z } from 'zod';
import type { OperationId } from './api.js';

/** From the one who may do everything to the one who only reads; each may do what those after it may. */
export const ROLES = ['administrator', 'author', 'operator', 'viewer'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** Who may call an operation: nobody need be signed in, the least role, or everybody for what is his own (administrators for all). */
export type Access = 'public' | Role | 'own';

/** The one table of who may what. A new operation without an entry does not compile. */
export const ACCESS = {
  signIn: 'public',
  refreshSession: 'public',
  getPasswordKey: 'public',
  getProvider: 'public',
  startProviderSignIn: 'public',
  finishProviderSignIn: 'public',
  getHealth: 'public',
  getOpenApi: 'public',

  getSession: 'own',
  signOut: 'own',
  changePassword: 'own',
  startSecondFactor: 'own',
  confirmSecondFactor: 'own',
  removeSecondFactor: 'own',
  endSession: 'own',
  listUserSessions: 'own',

  listAutomations: 'viewer',
  getAutomation: 'viewer',
  listVersions: 'viewer',
  getVersion: 'viewer',
  compareVersions: 'viewer',
  listSchedules: 'viewer',
  getSchedule: 'viewer',
  listRuns: 'viewer',
  getRun: 'viewer',
  watchRun: 'viewer',
  listRunMails: 'viewer',
  searchMails: 'viewer',
  getMail: 'viewer',
  getSummary: 'viewer',
  exportSummary: 'viewer',
  listFailedFiles: 'viewer',
  listFailedTemplates: 'viewer',
  listSystemErrors: 'viewer',
  listDeadLetters: 'viewer',
  listConnections: 'viewer',
  getConnection: 'viewer',
  listGroups: 'viewer',
  getHealthDetail: 'viewer',

  startRun: 'operator',
  pauseRun: 'operator',
  resumeRun: 'operator',
  cancelRun: 'operator',
  resendMails: 'operator',
  getSentMail: 'operator',
  getSentAttachment: 'operator',
  settleMail: 'operator',
  exportMails: 'operator',
  exportRunMails: 'operator',
  testConnection: 'operator',

  createAutomation: 'author',
  importAutomation: 'author',
  exportAutomation: 'author',
  duplicateAutomation: 'author',
  changeAutomation: 'author',
  saveTargetQuery: 'author',
  saveMappingQuery: 'author',
  saveUpdateQuery: 'author',
  checkQuery: 'author',
  sampleRows: 'author',
  matchFiles: 'author',
  saveTemplate: 'author',
  previewTemplate: 'author',
  sendTestMail: 'author',
  approveAutomation: 'author',
  activateAutomation: 'author',
  restoreVersion: 'author',
  createSchedule: 'author',
  changeSchedule: 'author',
  removeSchedule: 'author',
  previewFirings: 'author',

  moveAutomation: 'administrator',
  createConnection: 'administrator',
  changeConnection: 'administrator',
  moveConnection: 'administrator',
  createGroup: 'administrator',
  changeGroup: 'administrator',
  removeGroup: 'administrator',
  listAudit: 'administrator',
  exportAudit: 'administrator',
  getSettings: 'administrator',
  changeSettings: 'administrator',
  listSettingChanges: 'administrator',
  listUsers: 'administrator',
  getUser: 'administrator',
  createUser: 'administrator',
  changeUser: 'administrator',
} as const satisfies Record<OperationId, Access>;

/** All that a user with a temporary password may do until it is changed; and what is public. */
export const BEFORE_PASSWORD_CHANGE: readonly OperationId[] = ['getSession', 'changePassword', 'signOut'];
/** All that a user may do who has to have a second factor (the setting `secondFactorFor`) and has none yet. */
export const BEFORE_SECOND_FACTOR: readonly OperationId[] = [...BEFORE_PASSWORD_CHANGE, 'startSecondFactor', 'confirmSecondFactor'];

/** Whether the role opens the operation; of an `own` one it is the handler that knows whose the thing is. */
export function mayCall(id: OperationId, role: Role): boolean {
  const access: Access = ACCESS[id];
  return access === 'public' || access === 'own' || ROLES.indexOf(role) <= ROLES.indexOf(access);
}
