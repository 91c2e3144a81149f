import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The way of one mail, step by step. Nothing is searched by it, so that it costs no index. */
export class TrailOfAMail implements MigrationInterface {
  name = 'TrailOfAMail0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE email_send_log ADD steps text');
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the log tables go forward only: restore a backup instead.');
  }
}
