import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SentMail1700000000002 implements MigrationInterface {
  readonly name = 'SentMail1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sent_mail (
        mail_id text NOT NULL,
        copy    integer NOT NULL,
        sealed  bytea NOT NULL,
        key_id  text NOT NULL,
        kept_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_sent_mail" PRIMARY KEY (mail_id, copy)
      )`);
    // Compressed already, and sealed bytes do not compress: PostgreSQL need not try.
    await runner.query('ALTER TABLE sent_mail ALTER COLUMN sealed SET STORAGE EXTERNAL');
    await runner.query('CREATE INDEX sent_mail_kept_at ON sent_mail (kept_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sent_mail');
  }
}
