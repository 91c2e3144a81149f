import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SecondFactorAndProvider1700000000005 implements MigrationInterface {
  readonly name = 'SecondFactorAndProvider1700000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE user_account
        ALTER COLUMN password_hash DROP NOT NULL,
        ADD COLUMN second_factor         bytea,
        ADD COLUMN second_factor_pending bytea,
        ADD COLUMN second_factor_step    bigint,
        ADD COLUMN provider_issuer       text,
        ADD COLUMN provider_subject      text,
        ADD CONSTRAINT user_account_provider UNIQUE (provider_issuer, provider_subject)`);
    await runner.query(`
      CREATE TABLE recovery_code (
        user_id     uuid NOT NULL,
        code_digest bytea NOT NULL,
        CONSTRAINT "PK_recovery_code" PRIMARY KEY (user_id, code_digest)
      )`);
    await runner.query(`
      CREATE TABLE used_once (
        digest     bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT "PK_used_once" PRIMARY KEY (digest)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['used_once', 'recovery_code']) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DELETE FROM user_account WHERE password_hash IS NULL');
    await runner.query(`
      ALTER TABLE user_account
        ALTER COLUMN password_hash SET NOT NULL,
        DROP COLUMN second_factor, DROP COLUMN second_factor_pending, DROP COLUMN second_factor_step, DROP COLUMN provider_issuer, DROP COLUMN provider_subject`);
  }
}
