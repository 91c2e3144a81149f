import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom the identity provider has shut out it may let in again; whom an administrator has, it may not. */
export class DisabledByProvider1700000000007 implements MigrationInterface {
  readonly name = 'DisabledByProvider1700000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user_account ADD disabled_by_provider boolean NOT NULL DEFAULT false');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
