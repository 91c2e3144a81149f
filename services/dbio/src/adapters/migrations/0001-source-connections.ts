import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SourceConnections implements MigrationInterface {
  name = 'SourceConnections0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE source_connection (
        connection_id uuid NOT NULL,
        name text NOT NULL,
        kind text NOT NULL,
        host text NOT NULL,
        port integer NOT NULL,
        database_name text NOT NULL,
        user_name text NOT NULL,
        password_sealed bytea NOT NULL,
        key_id text NOT NULL,
        time_zone text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        revision integer NOT NULL DEFAULT 1,
        PRIMARY KEY (connection_id),
        CONSTRAINT source_connection_name UNIQUE (name)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
