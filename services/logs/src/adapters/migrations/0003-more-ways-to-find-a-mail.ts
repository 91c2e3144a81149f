import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MoreWaysToFindAMail implements MigrationInterface {
  name = 'MoreWaysToFindAMail0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX email_send_log_automation ON email_send_log (automation_id, settled_at, mail_id)');
    await runner.query('CREATE INDEX email_send_log_message ON email_send_log (message_id) WHERE message_id IS NOT NULL');
    await runner.query('DROP INDEX dead_letter_occurred');
    await runner.query('CREATE INDEX dead_letter_occurred ON dead_letter (occurred_at, dead_letter_id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the log tables go forward only: restore a backup instead.');
  }
}
