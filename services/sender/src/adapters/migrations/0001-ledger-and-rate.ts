import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LedgerAndRate1700000000001 implements MigrationInterface {
  // A file's number alone would not sort: TypeORM wants a timestamp at the end of the name.
  readonly name = 'LedgerAndRate1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    // Room on each page keeps the two or three updates of a mail on it (no index holds a column that changes).
    await runner.query(`
      CREATE TABLE mail_ledger (
        mail_id    text NOT NULL,
        run_id     uuid NOT NULL,
        state      text NOT NULL,
        attempt    integer NOT NULL DEFAULT 0,
        calls      integer NOT NULL DEFAULT 0,
        failures   integer NOT NULL DEFAULT 0,
        resends    integer NOT NULL DEFAULT 0,
        owner      uuid,
        intent_at  timestamptz,
        settlement jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_mail_ledger" PRIMARY KEY (mail_id)
      ) WITH (fillfactor = 60)`);
    await runner.query('CREATE INDEX mail_ledger_created_at ON mail_ledger (created_at)');
    await runner.query(`
      CREATE TABLE file_claim (
        run_id     uuid NOT NULL,
        kind       text NOT NULL,
        key        text NOT NULL,
        mail_id    text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_file_claim" PRIMARY KEY (run_id, kind, key)
      )`);
    await runner.query('CREATE INDEX file_claim_created_at ON file_claim (created_at)');
    await runner.query(`
      CREATE TABLE send_rate (
        account           text NOT NULL,
        max_per_second    double precision,
        quota_24h         double precision,
        sent_24h          double precision NOT NULL DEFAULT 0,
        sending_enabled   boolean NOT NULL DEFAULT true,
        polled_at         timestamptz,
        calls_since_poll  integer NOT NULL DEFAULT 0,
        next_slot_at      timestamptz NOT NULL DEFAULT now(),
        slow_until        timestamptz,
        held_until        timestamptz,
        block_size        integer NOT NULL DEFAULT 0,
        block_at          timestamptz NOT NULL DEFAULT now(),
        block_interval_ms double precision NOT NULL DEFAULT 0,
        quota_used_up     boolean NOT NULL DEFAULT false,
        poller            uuid,
        poller_until      timestamptz,
        CONSTRAINT "PK_send_rate" PRIMARY KEY (account)
      ) WITH (fillfactor = 10)`);
    await runner.query(`
      CREATE TABLE send_count (
        account text NOT NULL,
        slice   timestamptz NOT NULL,
        calls   integer NOT NULL,
        CONSTRAINT "PK_send_count" PRIMARY KEY (account, slice)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['send_count', 'send_rate', 'file_claim', 'mail_ledger']) await runner.query(`DROP TABLE ${table}`);
  }
}
