import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two administrators who change one user at once are told. */
export class Revisions1700000000004 implements MigrationInterface {
  readonly name = 'Revisions1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user_account ADD revision integer NOT NULL DEFAULT 1, ADD changed_by json, ADD changed_at timestamptz');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
