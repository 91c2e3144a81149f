import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** What automations and connections belong to; its members see them. */
@Entity('user_group')
@Unique('user_group_name', ['name'])
export class UserGroup {
  @PrimaryColumn({ name: 'group_id', type: 'uuid' }) groupId!: string;
  @Column({ type: 'text' }) name!: string;
  /** Below the file root; '' is all of it. */
  @Column({ type: 'text', array: true, default: () => "'{}'" }) folders!: string[];
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
}
