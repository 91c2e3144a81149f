import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A setting holds what its last change says. */
@Entity('setting_change')
@Index('setting_change_name', ['name', 'changeNo'])
export class SettingChangeRow {
  @PrimaryGeneratedColumn('identity', { name: 'change_no', type: 'bigint', generatedIdentity: 'ALWAYS' }) changeNo!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'json' }) value!: unknown;
  @Column({ name: 'user_id', type: 'uuid' }) userId!: string;
  @Column({ name: 'user_name', type: 'text' }) userName!: string;
  @Column({ type: 'text', nullable: true }) reason!: string | null;
  @Column({ type: 'timestamptz', default: () => 'now()' }) at!: Date;
}
