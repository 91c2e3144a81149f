import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A system error for Korean readers, beside the English one. */
export class KoreanSystemErrors implements MigrationInterface {
  name = 'KoreanSystemErrors0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE system_error_log ADD message_ko text, ADD remedy_ko text');
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the log tables go forward only: restore a backup instead.');
  }
}
