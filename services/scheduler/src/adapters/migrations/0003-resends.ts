import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Resends implements MigrationInterface {
  name = 'Resends0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE run ADD COLUMN resend_of uuid, ADD COLUMN root_run_id uuid, ADD COLUMN resend_choice text');
    await runner.query('CREATE INDEX run_of_root ON run (root_run_id) WHERE root_run_id IS NOT NULL');
    await runner.query('ALTER TABLE manifest_row ADD COLUMN root_row integer');
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the scheduler go forward only: restore a backup instead.');
  }
}
