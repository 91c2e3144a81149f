import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Accounts1700000000001 implements MigrationInterface {
  readonly name = 'Accounts1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE user_account (
        user_id              uuid NOT NULL,
        name                 text NOT NULL,
        display_name         text NOT NULL,
        role                 text NOT NULL,
        password_hash        text NOT NULL,
        must_change_password boolean NOT NULL,
        disabled_at          timestamptz,
        created_at           timestamptz NOT NULL DEFAULT now(),
        last_sign_in_at      timestamptz,
        CONSTRAINT "PK_user_account" PRIMARY KEY (user_id),
        CONSTRAINT user_account_name UNIQUE (name)
      )`);
    await runner.query(`
      CREATE TABLE user_session (
        session_id   uuid NOT NULL,
        user_id      uuid NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL,
        ended_at     timestamptz,
        end_reason   text,
        address      text NOT NULL,
        user_agent   text NOT NULL,
        CONSTRAINT "PK_user_session" PRIMARY KEY (session_id)
      )`);
    await runner.query('CREATE INDEX user_session_user ON user_session (user_id)');
    await runner.query(`
      CREATE TABLE refresh_token (
        token_hash bytea NOT NULL,
        session_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        used_at    timestamptz,
        CONSTRAINT "PK_refresh_token" PRIMARY KEY (token_hash)
      )`);
    await runner.query('CREATE INDEX refresh_token_session ON refresh_token (session_id)');
    await runner.query(`
      CREATE TABLE sign_in_attempt (
        attempt_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        address    text NOT NULL,
        at         timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_sign_in_attempt" PRIMARY KEY (attempt_id)
      )`);
    await runner.query('CREATE INDEX sign_in_attempt_address ON sign_in_attempt (address, at)');
    await runner.query(`
      CREATE TABLE wrong_password (
        name_digest  bytea NOT NULL,
        tries        integer NOT NULL,
        last_at      timestamptz NOT NULL,
        locked_until timestamptz,
        CONSTRAINT "PK_wrong_password" PRIMARY KEY (name_digest)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['wrong_password', 'sign_in_attempt', 'refresh_token', 'user_session', 'user_account']) await runner.query(`DROP TABLE ${table}`);
  }
}
