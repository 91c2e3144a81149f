import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Oracle's ways to say where a database is, what its DBA allows, and what the settings gave last. */
export class ConnectionLimits implements MigrationInterface {
  name = 'ConnectionLimits0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE source_connection
        ALTER host DROP NOT NULL,
        ALTER port DROP NOT NULL,
        ALTER database_name DROP NOT NULL,
        ADD connect_string text,
        ADD tls text,
        ADD wallet text,
        ADD wallet_password_sealed bytea,
        ADD limits jsonb NOT NULL DEFAULT '{}',
        ADD given_by_settings text`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
