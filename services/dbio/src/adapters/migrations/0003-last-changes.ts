import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changed a connection last, for whoever wanted to change it at the same time. */
export class LastChanges implements MigrationInterface {
  name = 'LastChanges0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE source_connection ADD changed_by json, ADD changed_at timestamptz');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
