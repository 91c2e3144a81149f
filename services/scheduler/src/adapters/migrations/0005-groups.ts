import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What there was before groups belongs to the default group. */
export class Groups implements MigrationInterface {
  name = 'Groups0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE automation ADD COLUMN group_id uuid NOT NULL DEFAULT '00000000-0000-4000-8000-000000000001'");
    await runner.query('CREATE INDEX automation_group ON automation (group_id, created_at, automation_id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the scheduler go forward only: restore a backup instead.');
  }
}
