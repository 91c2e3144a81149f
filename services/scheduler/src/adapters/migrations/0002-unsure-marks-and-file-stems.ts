import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UnsureMarksAndFileStems implements MigrationInterface {
  name = 'UnsureMarksAndFileStems0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE leadership RENAME COLUMN acquired_at TO unsure_before');
    await runner.query('ALTER TABLE manifest_row ADD COLUMN file_stems text[], ADD COLUMN stop_row integer');
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the scheduler go forward only: restore a backup instead.');
  }
}
