import { DEFAULT_GROUP } from '@tank/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Groups1700000000002 implements MigrationInterface {
  readonly name = 'Groups1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user_account ADD COLUMN email text');
    await runner.query(`
      CREATE TABLE user_group (
        group_id   uuid NOT NULL,
        name       text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_user_group" PRIMARY KEY (group_id),
        CONSTRAINT user_group_name UNIQUE (name)
      )`);
    await runner.query(`
      CREATE TABLE group_member (
        user_id  uuid NOT NULL,
        group_id uuid NOT NULL,
        CONSTRAINT "PK_group_member" PRIMARY KEY (user_id, group_id)
      )`);
    await runner.query('CREATE INDEX group_member_group ON group_member (group_id)');
    await runner.query("INSERT INTO user_group (group_id, name) VALUES ($1, '기본 그룹')", [DEFAULT_GROUP]);
    await runner.query('INSERT INTO group_member (user_id, group_id) SELECT user_id, $1 FROM user_account', [DEFAULT_GROUP]);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['group_member', 'user_group']) await runner.query(`DROP TABLE ${table}`);
    await runner.query('ALTER TABLE user_account DROP COLUMN email');
  }
}
