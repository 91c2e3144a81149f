import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Failed files and templates, newest first: few among many, so that the indexes stay small. */
export class FailedFilesAndTemplates implements MigrationInterface {
  name = 'FailedFilesAndTemplates0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("CREATE INDEX attachment_log_failed ON attachment_log (logged_at, mail_id, position, status) WHERE status <> 'FOUND'");
    await runner.query("CREATE INDEX template_log_newest_failed ON template_log (logged_at, mail_id) WHERE status <> 'OK'");
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the log tables go forward only: restore a backup instead.');
  }
}
