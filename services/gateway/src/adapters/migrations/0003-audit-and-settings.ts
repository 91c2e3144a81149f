import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditAndSettings1700000000003 implements MigrationInterface {
  readonly name = 'AuditAndSettings1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entry (
        entry_no      bigint NOT NULL,
        at            timestamptz NOT NULL,
        kind          text NOT NULL,
        asked_no      bigint,
        user_id       uuid,
        user_name     text,
        address       text,
        operation     text NOT NULL,
        object_kind   text,
        object_id     text,
        detail        json,
        status        integer,
        code          text,
        trace_id      text,
        previous_hash bytea NOT NULL,
        hash          bytea NOT NULL,
        CONSTRAINT "PK_audit_entry" PRIMARY KEY (entry_no)
      )`);
    await runner.query('CREATE INDEX audit_entry_asked ON audit_entry (asked_no)');
    await runner.query('CREATE INDEX audit_entry_user ON audit_entry (user_id, entry_no)');
    await runner.query('CREATE INDEX audit_entry_object ON audit_entry (object_id, entry_no)');
    await runner.query(`
      CREATE FUNCTION keep_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND current_setting('tank.audit_retention', true) = 'on' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'An entry of the audit trail never changes.';
      END $$`);
    await runner.query('CREATE TRIGGER keep_audit_entry BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION keep_audit_entry()');
    await runner.query('CREATE TRIGGER keep_audit_entries BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_entry()');
    await runner.query(`
      CREATE TABLE setting_change (
        change_no bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        name      text NOT NULL,
        value     json NOT NULL,
        user_id   uuid NOT NULL,
        user_name text NOT NULL,
        reason    text,
        at        timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_setting_change" PRIMARY KEY (change_no)
      )`);
    await runner.query('CREATE INDEX setting_change_name ON setting_change (name, change_no)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['setting_change', 'audit_entry']) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP FUNCTION keep_audit_entry');
  }
}
