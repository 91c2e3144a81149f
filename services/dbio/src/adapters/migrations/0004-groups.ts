import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What there was before groups, and what the settings give, belongs to the default group. */
export class Groups implements MigrationInterface {
  name = 'Groups0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE source_connection ADD group_id uuid NOT NULL DEFAULT '00000000-0000-4000-8000-000000000001'");
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
