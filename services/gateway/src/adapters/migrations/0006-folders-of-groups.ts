import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Groups from before go on with all files of the root, until an administrator narrows them; new ones begin with none. */
export class FoldersOfGroups1700000000006 implements MigrationInterface {
  readonly name = 'FoldersOfGroups1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE user_group ADD COLUMN folders text[] NOT NULL DEFAULT '{}'");
    await runner.query("UPDATE user_group SET folders = ARRAY['']");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user_group DROP COLUMN folders');
  }
}
